using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Hosting;

/// <summary>Adds the streams to an actor system, and their client to a host's services.</summary>
public static class McpSseHostingExtensions
{
    /// <summary>
    /// Starts the <see cref="McpSse"/> actor with the streams and handlers that <paramref name="configure"/> names. Ask it through
    /// <c>IRequiredActor&lt;McpSse&gt;</c>.
    /// </summary>
    /// <param name="builder">The actor system's builder, from <c>AddAkka</c>.</param>
    /// <param name="configure">Names the streams and handlers.</param>
    /// <exception cref="Configuration.McpSseConfigurationException">The configuration is faulty; names every fault.</exception>
    public static AkkaConfigurationBuilder WithMcpSse(this AkkaConfigurationBuilder builder, Action<McpSseBuilder> configure) =>
        throw new NotSupportedException();

    /// <summary>Adds <see cref="IMcpSseClient"/> for callers without actors.</summary>
    /// <param name="services">The host's services, to which <c>AddAkka(...).WithMcpSse(...)</c> belongs as well.</param>
    public static IServiceCollection AddMcpSseClient(this IServiceCollection services) => throw new NotSupportedException();
}
