using System.Text.Json;
using McpSseActors.Interop.Support;
using McpSseActors.TestServer.Scripted;
using McpSseActors.TestSupport;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>The network is down for a while, and the server keeps what it would have sent.</summary>
[Trait("Category", "Interop")]
public sealed class ResumeSpec
{
    [Fact]
    public async Task Should_get_every_message_once_when_the_stream_was_broken_off()
    {
        using var server = await RealServer.StartAsync("c#, /mcp");
        await using var relay = new TcpRelay(server.Port);
        await using var listener = await Listener.StartAsync($"http://127.0.0.1:{relay.Port}/mcp", server.Resource, "streamable-http");
        await listener.HearAsync("notifications/message", since: 0);

        for (var time = 1; time <= 3; time++)
            await BreakOffAsync(relay, listener);

        var numbers = Numbers(listener);
        numbers.ShouldBe(Enumerable.Range(1, numbers.Length));
        await ShouldHaveOneSessionAsync(listener);
    }

    [Fact]
    public async Task Should_hear_what_was_said_meanwhile_when_the_stream_was_broken_off()
    {
        using var server = await RealServer.StartAsync("everything, streamable");
        await using var relay = new TcpRelay(server.Port);
        await using var listener = await Listener.StartAsync($"http://127.0.0.1:{relay.Port}/mcp", server.Resource, "streamable-http");
        await listener.HearAsync("notifications/message", since: 0);

        await BreakOffAsync(relay, listener, () => server.StirAsync(() => listener.Said("notifications/message")));

        await listener.HearAsync("notifications/resources/updated", since: 0);
        await ShouldHaveOneSessionAsync(listener);
    }

    // It stays down until some attempts to connect have failed.
    private static async Task BreakOffAsync(TcpRelay relay, Listener listener, Func<Task>? meanwhile = null)
    {
        var attempts = (await listener.StatsAsync()).TotalReconnectAttempts;
        await relay.DownAsync();
        await listener.LoseAsync();
        if (meanwhile is not null)
            await meanwhile();
        await Eventually.HoldsAsync(async () => (await listener.StatsAsync()).TotalReconnectAttempts.ShouldBeGreaterThan(attempts + 2));
        var messages = listener.Count("notifications/message");
        relay.Up();
        await listener.HearAsync("notifications/message", messages);
    }

    private static async Task ShouldHaveOneSessionAsync(Listener listener)
    {
        var mcp = await listener.McpAsync();
        mcp.Sessions.ShouldBe(1);
        mcp.Resyncs.ShouldBe(0);
    }

    private static int[] Numbers(Listener listener) =>
        [.. listener.Said("notifications/message").Select(said => JsonDocument.Parse(said).RootElement.GetProperty("data").GetInt32())];
}
