using Akka.Hosting;
using McpSseActors.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.Cluster;

public sealed class ClusterShutdownSpec
{
    [Fact]
    public void Should_raise_the_limit_of_a_stream_when_its_shutdown_timeout_is_longer()
    {
        var builder = new AkkaConfigurationBuilder(new ServiceCollection(), "app");

        builder.WithMcpSseCluster(mcp => mcp.AddStream(new StreamOptions
        {
            Name = "s",
            Enabled = true,
            ServerUrl = "http://127.0.0.1:1/",
            ShutdownTimeout = TimeSpan.FromMinutes(3),
        }));

        builder.Configuration.Value.GetTimeSpan("mcp-sse.shutdown-limit").ShouldBe(TimeSpan.FromMinutes(3));
    }
}
