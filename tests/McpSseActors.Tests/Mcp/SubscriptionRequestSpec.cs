using McpSseActors.Actors;

namespace McpSseActors.Tests.Mcp;

/// <summary>Wishes that are told to a running host.</summary>
public sealed class SubscriptionRequestSpec : McpSpec
{
    private const string Transport = "streamable-http";

    [Fact]
    public async Task Should_tell_the_server_and_answer_with_what_it_grants_when_connected()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);
        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ToolsChanged.ShouldBeTrue());

        (await AskAsync(host, new AddMcpResources(["demo://a", "demo://b"]))).Granted.Resources.ShouldBe(["demo://a", "demo://b"]);
        (await AskAsync(host, new RemoveMcpResources(["demo://a"]))).Granted.Resources.ShouldBe(["demo://b"]);
        (await server.CallAsync("resources/unsubscribe")).Params.GetProperty("uri").GetString().ShouldBe("demo://a");
        var all = new McpSubscriptions { LogLevel = "error", Resources = ["demo://c"] };
        (await AskAsync(host, new SetMcpSubscriptions(all))).ShouldBe(new McpSubscriptionState("s", all, all));
        (await AskAsync(host, new GetMcpSubscriptions())).ShouldBe(new McpSubscriptionState("s", all, all));
        server.Count("resources/subscribe").ShouldBe(3);
    }

    [Fact]
    public async Task Should_ask_the_server_nothing_when_only_asked_what_is_wanted()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What == "resources/subscribe")
                await call.ErrorAsync(200, -32602);
            return call.What == "resources/subscribe";
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Mcp = new McpListenOptions { Resources = ["demo://a"] } });
        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ToolsChanged.ShouldBeTrue());

        (await AskAsync(host, new GetMcpSubscriptions())).Granted.Resources.ShouldBeEmpty();
        (await AskAsync(host, new GetMcpSubscriptions())).Requested.Resources.ShouldBe(["demo://a"]);
        server.Count("resources/subscribe").ShouldBe(1);
    }

    [Theory]
    [InlineData(ConnectionState.Connecting)]
    [InlineData(ConnectionState.BackingOff)]
    [InlineData(ConnectionState.Stopped)]
    [InlineData(ConnectionState.Disabled)]
    [InlineData(ConnectionState.Failed)]
    public async Task Should_answer_at_once_when_the_stream_is(ConnectionState state)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            await (state is ConnectionState.Connecting ? call.HangAsync() : call.TextAsync(state is ConnectionState.Failed ? 403 : 503));
            return true;
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with
        {
            Enabled = state is not ConnectionState.Disabled,
            InitialReconnectDelay = TimeSpan.FromMinutes(1),
            MaxReconnectDelay = TimeSpan.FromMinutes(1),
        });
        if (state is ConnectionState.Stopped)
            await host.Client.StopAsync();
        await StatsHoldAsync(host, stats => stats.State.ShouldBe(state));

        (await AskAsync(host, new AddMcpResources(["demo://a"]))).Requested.Resources.ShouldBe(["demo://a"]);
        (await AskAsync(host, new RemoveMcpResources(["demo://a"]))).Requested.Resources.ShouldBeEmpty();
        (await AskAsync(host, new SetMcpSubscriptions(new McpSubscriptions { ToolsChanged = true }))).Requested.ToString().ShouldBe("tools");
        var now = await AskAsync(host, new GetMcpSubscriptions());
        (now.Requested.ToolsChanged, now.Granted.IsEmpty).ShouldBe((true, true));
    }

    [Fact]
    public async Task Should_refuse_when_the_stream_is_a_plain_one()
    {
        await using var host = await ListenAsync("http://127.0.0.1:1/", "sse", o => o with { Enabled = false });

        foreach (var request in new IStreamRequest[] { new AddMcpResources(["a"]), new RemoveMcpResources(["a"]), new SetMcpSubscriptions(new()), new GetMcpSubscriptions() })
            (await Should.ThrowAsync<InvalidOperationException>(() => AskAsync(host, request))).Message.ShouldContain("plain event stream");
    }

    [Fact]
    public async Task Should_keep_the_wishes_when_the_connection_is_lost_or_its_actor_crashes()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);
        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ToolsChanged.ShouldBeTrue());
        await AskAsync(host, new AddMcpResources(["demo://a"]));

        server.Forget();
        await server.CallAsync("resources/subscribe", 2);
        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.Resources.ShouldBe(["demo://a"]));
        host.System.ActorSelection("/user/mcp-sse/s/connection").Tell(new Reconfigure(null!, default));
        await server.CallAsync("resources/subscribe", 3);
        (await AskAsync(host, new GetMcpSubscriptions())).Requested.Resources.ShouldBe(["demo://a"]);
    }

    private static Task<McpSubscriptionState> AskAsync(McpSseHost host, IStreamRequest request) => host.McpSse.Ask<McpSubscriptionState>(request, Within.Limit);
}
