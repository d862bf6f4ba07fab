using McpSseActors.Interop.Support;
using McpSseActors.Messages;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>Servers of the official SDKs, in every revision: killed and started again, three times in a row.</summary>
[Trait("Category", "Interop")]
public sealed class RealServerSpec
{
    // The event that shows that what was asked for is alive: an update of the resource or, from a server that sends none by itself, its log message
    // about our subscription.
    [Theory]
    [InlineData("everything, sse", "http-sse", "http-sse", "notifications/message")]
    [InlineData("everything, sse", "auto", "http-sse", "notifications/message")]
    [InlineData("everything, streamable", "streamable-http", "streamable-http", "notifications/message")]
    [InlineData("everything, streamable", "auto", "streamable-http", "notifications/message")]
    [InlineData("c#, /sse", "auto", "http-sse", "notifications/resources/updated")]
    [InlineData("c#, /mcp", "streamable-http", "streamable-http", "notifications/resources/updated")]
    [InlineData("c#, /mcp", "auto", "subscriptions", "notifications/resources/updated")]
    [InlineData("typescript", "subscriptions", "subscriptions", "notifications/resources/updated")]
    [InlineData("typescript", "auto", "subscriptions", "notifications/resources/updated")]
    public async Task Should_hear_again_what_it_asked_for_when_the_server_was_killed(string kind, string transport, string spoken, string heard)
    {
        using var server = await RealServer.StartAsync(kind);
        await using var listener = await Listener.StartAsync(server.Url, transport);
        await HearAsync(listener, heard, since: 0);
        (await ReadAsync(listener)).Transport.ShouldBe(spoken);

        for (var time = 1; time <= 3; time++)
        {
            var (resyncs, reads) = (listener.Count("mcp.resync"), listener.Count("mcp.resource"));
            server.Kill();
            await Eventually.HoldsAsync(() => IsConnected(listener).ShouldBeFalse());
            var events = listener.Count(heard);
            await server.StartAsync();

            await HearAsync(listener, heard, events);
            await HearAsync(listener, "mcp.resync", resyncs);
            await HearAsync(listener, "mcp.resource", reads);
            (await ReadAsync(listener)).Granted.Resources.ShouldBe([Listener.Resource(server.Url)]);
        }
    }

    [Fact]
    public async Task Should_listen_anew_when_the_server_ends_the_subscription_gracefully()
    {
        using var server = await RealServer.StartAsync("typescript");
        await using var listener = await Listener.StartAsync(server.Url, "subscriptions");
        await HearAsync(listener, "notifications/tools/list_changed", since: 0);

        await server.TerminateAsync();
        await Eventually.HoldsAsync(() => IsConnected(listener).ShouldBeFalse());
        await server.StartAsync();

        await HearAsync(listener, "notifications/tools/list_changed", listener.Count("notifications/tools/list_changed"));
        await Eventually.HoldsAsync(() => listener.Client.GetStatsAsync().GetAwaiter().GetResult().Comments.ShouldBeGreaterThan(0));
    }

    [Fact]
    public async Task Should_change_what_it_listens_to_when_it_is_told_so()
    {
        using var server = await RealServer.StartAsync("typescript");
        await using var listener = await Listener.StartAsync(server.Url, "auto");
        await HearAsync(listener, "notifications/resources/updated", since: 0);

        var without = await listener.Client.UnsubscribeResourcesAsync(["demo://a"]);
        without.Granted.Resources.ShouldBeEmpty();
        var with = await listener.Client.SubscribeResourcesAsync(["demo://a"]);
        with.Granted.Resources.ShouldBe(["demo://a"]);

        await HearAsync(listener, "notifications/resources/updated", listener.Count("notifications/resources/updated"));
        (await listener.Client.GetStatsAsync()).TotalReconnectAttempts.ShouldBe(0);
    }

    private static Task HearAsync(Listener listener, string type, int since) =>
        Eventually.HoldsAsync(() => listener.Count(type).ShouldBeGreaterThan(since));

    private static bool IsConnected(Listener listener) => listener.Client.IsConnectedAsync().GetAwaiter().GetResult();

    private static async Task<McpStatus> ReadAsync(Listener listener) => (await listener.Client.GetStatsAsync()).Mcp.ShouldNotBeNull();
}
