using McpSseActors.Interop.Support;
using McpSseActors.TestSupport;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>What is particular to revision 2026-07-28: keep-alives, graceful ends, changes of what is wanted.</summary>
[Trait("Category", "Interop")]
public sealed class SubscriptionsSpec
{
    [Fact]
    public async Task Should_listen_anew_when_the_server_ends_the_subscription_gracefully()
    {
        using var server = await RealServer.StartAsync("typescript");
        await using var listener = await Listener.StartAsync(server, "subscriptions");
        await listener.HearAsync("notifications/tools/list_changed", since: 0);

        await server.TerminateAsync();
        await listener.LoseAsync();
        var before = listener.Count("notifications/tools/list_changed");
        await server.StartAsync();

        await listener.HearAsync("notifications/tools/list_changed", before);
        listener.Count("mcp.resync").ShouldBe(1);
        listener.Reasons.ShouldContain("the server ended the stream");
    }

    [Fact]
    public async Task Should_count_keep_alives_when_the_server_sends_comments()
    {
        using var server = await RealServer.StartAsync("typescript");
        await using var listener = await Listener.StartAsync(server, "auto");

        await Eventually.HoldsAsync(async () => (await listener.StatsAsync()).Comments.ShouldBeGreaterThan(0));
    }

    [Fact]
    public async Task Should_change_what_it_listens_to_when_it_is_told_so()
    {
        using var server = await RealServer.StartAsync("typescript");
        await using var listener = await Listener.StartAsync(server, "auto");
        await listener.HearAsync("notifications/resources/updated", since: 0);

        var without = await listener.Client.RemoveMcpResourcesAsync([server.Resource]);
        without.Granted.Resources.ShouldBeEmpty();
        var with = await listener.Client.AddMcpResourcesAsync([server.Resource]);
        with.Granted.Resources.ShouldBe([server.Resource]);

        await listener.HearAsync("notifications/resources/updated", listener.Count("notifications/resources/updated"));
        (await listener.StatsAsync()).TotalReconnectAttempts.ShouldBe(0);
    }
}
