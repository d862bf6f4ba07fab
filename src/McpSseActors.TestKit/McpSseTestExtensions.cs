using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Testing;

/// <summary>Lets the streams of a host read from a <see cref="McpSseTestServer"/>.</summary>
public static class McpSseTestExtensions
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Enables the streams that the host starts with, and lets them read from a test server: plain streams at <see cref="McpSseTestServer.Url"/>,
    /// MCP streams at <see cref="McpSseTestServer.McpUrl"/> with Streamable HTTP. They reconnect after 10 ms, without proxy, certificates and
    /// credential source; their other options and handlers stay.
    /// </summary>
    /// <param name="services">The host's services; those of <c>ConfigureTestServices</c> in a test with <c>WebApplicationFactory</c>.</param>
    /// <param name="server">The server.</param>
    /// <param name="stream">The name of the only stream to change; null is every stream.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection UseMcpSseTestServer(this IServiceCollection services, McpSseTestServer server, string? stream = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        return services.ConfigureMcpSseStreams(options => stream is not null && options.Name != stream ? options : options with
        {
            Enabled = true,
            ServerUrl = (options.Transport == StreamTransport.Sse ? server.Url : server.McpUrl).ToString(),
            Transport = options.Transport == StreamTransport.Sse ? StreamTransport.Sse : StreamTransport.StreamableHttp,
            InitialReconnectDelay = Soon,
            MaxReconnectDelay = Soon,
            ProxyUrl = "none",
            SslCaPath = "",
            SslCertPath = "",
            SslKeyPath = "",
            Credentials = null,
        });
    }
}
