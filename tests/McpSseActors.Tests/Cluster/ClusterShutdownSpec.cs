using Akka.Hosting;
using McpSseActors.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.Cluster;

public sealed class ClusterShutdownSpec
{
    // A stream that drains for longer, by a later change, would still run when sharding starts it elsewhere.
    [Theory]
    [InlineData(3, null, 3)]
    [InlineData(180, null, 180)]
    [InlineData(3, 20, 20)]
    [InlineData(30, 20, 30)]
    public void Should_hand_over_for_longer_than_any_stream_may_drain(int seconds, int? limitOfHost, int expected)
    {
        var builder = new AkkaConfigurationBuilder(new ServiceCollection(), "app");
        if (limitOfHost is { } limit)
            builder.AddHocon($"mcp-sse.shutdown-limit = {limit}s", HoconAddMode.Prepend);

        builder.WithMcpSseCluster(mcp => mcp.AddStream(new StreamOptions
        {
            Name = "s",
            Enabled = true,
            ServerUrl = "http://127.0.0.1:1/",
            ShutdownTimeout = TimeSpan.FromSeconds(seconds),
        }));

        var hocon = builder.Configuration.Value;
        hocon.GetTimeSpan("mcp-sse.shutdown-limit").ShouldBe(TimeSpan.FromSeconds(expected));
        hocon.GetTimeSpan("akka.cluster.sharding.handoff-timeout").ShouldBe(TimeSpan.FromSeconds(expected + 8));
    }
}
