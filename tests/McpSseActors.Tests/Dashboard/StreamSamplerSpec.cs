using McpSseActors.Dashboard.Live;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpSseActors.Tests.Dashboard;

/// <summary>How long the statistics are read for pages, and what becomes of a stream that does not answer.</summary>
public sealed class StreamSamplerSpec
{
    [Fact]
    public async Task Should_rest_a_quarter_of_an_hour_after_the_last_page_until_another_is_opened()
    {
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }));
        var (client, log) = AskedClient.Of(() => host.Client);
        var time = new ManualTime();
        var sampler = new StreamSampler(client, new StreamReadings(client, time), time, NullLogger.Instance, CancellationToken.None);

        using (sampler.Watch())
            await Eventually.HoldsAsync(() => sampler.Latest.ShouldNotBeNull());
        var asked = Asked();
        time.Advance(seconds: 14 * 60);
        await Eventually.HoldsAsync(() => Asked().ShouldBeGreaterThan(asked));
        sampler.Latest.ShouldNotBeNull();
        time.Advance(seconds: 2 * 60);
        await Eventually.HoldsAsync(() => sampler.Latest.ShouldBeNull());
        using var again = sampler.Watch();
        await Eventually.HoldsAsync(() => sampler.Latest.ShouldNotBeNull());

        int Asked() => log.Asked.GetValueOrDefault(nameof(IMcpSseClient.GetAllStatsAsync));
    }

    [Fact]
    public async Task Should_keep_a_stream_that_does_not_answer()
    {
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "a" }).AddStream(new StreamOptions { Name = "b" }));
        var (client, log) = AskedClient.Of(() => host.Client);
        var time = new ManualTime();
        var sampler = new StreamSampler(client, new StreamReadings(client, time), time, NullLogger.Instance, CancellationToken.None);
        using var page = sampler.Watch();
        await HoldsAsync(ConnectionState.Disabled, ConnectionState.Disabled);

        log.Answers[nameof(IMcpSseClient.GetAllStatsAsync)] = Task.FromResult((await host.Client.GetAllStatsAsync()).RemoveAt(0));
        time.Advance(seconds: 1);
        await HoldsAsync(ConnectionState.Idle, ConnectionState.Disabled);
        sampler.Latest!.Find("a")!.Stats.StateReason.ShouldBe("the stream does not answer");
        log.Answers.Clear();
        time.Advance(seconds: 1);
        await HoldsAsync(ConnectionState.Disabled, ConnectionState.Disabled);

        Task HoldsAsync(params ConnectionState[] states) => Eventually.HoldsAsync(() => sampler.Latest.ShouldNotBeNull().Streams.Select(each => each.Stats.State).ShouldBe(states));
    }
}
