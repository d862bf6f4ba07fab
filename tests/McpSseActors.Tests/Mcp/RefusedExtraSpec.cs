namespace McpSseActors.Tests.Mcp;

/// <summary>A request that the stream can do without is refused: it is not granted or not read, and the stream goes on.</summary>
public sealed class RefusedExtraSpec : McpSpec
{
    private const string Read = "resources/read";
    private const string Subscribe = "resources/subscribe";

    private static readonly McpListenOptions Wishes = new() { LogLevel = "info", Resources = ["demo://a"], ReadOnResync = true };

    public static TheoryData<string, string, string> Refusals
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var by in new[] { "400", "401", "403", "404", "405", "410", "413", "429", "500", "503", "page", "nothing", "202", "too long", "reset" })
            {
                foreach (var what in new[] { Read, Subscribe, "logging/setLevel" })
                    cases.Add("streamable-http", what, by);
                if (by is not ("page" or "nothing" or "202" or "too long"))
                    cases.Add("http-sse", Subscribe, by);
                cases.Add("subscriptions", Read, by);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Should_go_on_when_it_is_refused(string transport, string what, string by)
    {
        await using var server = await ServerAsync(transport);
        server.Instead = async call =>
        {
            if (call.What != what)
                return false;
            await RefuseAsync(call, by);
            return true;
        };
        await using var host = await ListenAsync(server.Url, transport, o => o with
        {
            Mcp = Wishes,
            MaxEventSize = 4096,
            MaxReconnectAttempts = 1,
            HealthyAfter = TimeSpan.FromSeconds(2),
        });

        await server.StreamAsync(1);
        await host.States.UntilAsync(ConnectionState.Connected);
        if (what == Read)
        {
            server.Stream.Abort();
            await UntilAsync(McpResyncEvent.Type);
        }

        await server.CallAsync(what);
        await SaidAsync(what);
        await NotifyAsync(server.Stream, "after");
        await UntilAsync("after");
        await StatsHoldAsync(host, stats => (stats.State, stats.TotalReconnectAttempts).ShouldBe((ConnectionState.Connected, what == Read ? 1 : 0)));
        server.Count(what).ShouldBe(1);
    }

    [Theory]
    [InlineData("403")]
    [InlineData("error")]
    [InlineData("an error in the stream")]
    [InlineData("no acknowledgement")]
    public async Task Should_keep_the_subscription_when_a_wider_one_is_refused_by(string by)
    {
        const string Listen = "subscriptions/listen";
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await ListenAsync(server.Url, "subscriptions", o => by == "no acknowledgement" ? o with { ConnectionTimeout = TimeSpan.FromSeconds(3) } : o);
        await NextAsync("notifications/subscriptions/acknowledged");
        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ToolsChanged.ShouldBeTrue());
        server.Instead = async call =>
        {
            switch (by)
            {
                case "403":
                    await call.TextAsync(403);
                    break;
                case "error":
                    await call.ErrorAsync(400, -32602);
                    break;
                default:
                    var stream = await call.StreamAsync();
                    if (by == "an error in the stream")
                        await stream.MessageAsync(call.Error(-32602));
                    await stream.OverAsync();
                    break;
            }

            return true;
        };

        var state = await host.McpSse.Ask<McpSubscriptionState>(new AddMcpResources(["demo://a"]), Within.Limit);
        (state.Granted.ToolsChanged, state.Granted.Resources.IsEmpty).ShouldBe((true, true));
        await SaidAsync($"does not grant {Listen}");
        await server.NotifyAsync("after");
        await NextAsync("after");
        (await StatsAsync(host)).TotalReconnectAttempts.ShouldBe(0);
    }

    [Fact]
    public async Task Should_begin_a_new_session_when_a_ping_tells_that_the_old_one_is_gone()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { HealthyAfter = TimeSpan.FromMilliseconds(1) });
        await server.StreamAsync(1);
        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ToolsChanged.ShouldBeTrue());
        server.Instead = async call =>
        {
            var isGone = call.HttpMethod == "POST" && call.Header("Mcp-Session-Id") == "session-1";
            if (isGone)
                await call.TextAsync(404);
            return isGone;
        };

        host.McpSse.Tell(new AddMcpResources(["demo://a"]), ActorRefs.NoSender);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("no longer knows the session (404)");
        (await server.CallAsync(Subscribe, 2)).Header("Mcp-Session-Id").ShouldBe("session-2");
    }

    [Theory]
    [InlineData("403")]
    [InlineData("405")]
    [InlineData("503")]
    [InlineData("202")]
    public async Task Should_go_on_when_pings_are_refused_by(string by)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What != "ping")
                return false;
            await RefuseAsync(call, by);
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { Mcp = new McpListenOptions { PingInterval = TimeSpan.FromMilliseconds(20) } });

        await server.CallAsync("ping", 5);
        await StatsHoldAsync(host, stats => (stats.State, stats.TotalReconnectAttempts).ShouldBe((ConnectionState.Connected, 0)));
    }

    [Fact]
    public async Task Should_give_up_when_every_stream_brings_one_event_and_ends()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { Stores = false });
        server.Instead = async call =>
        {
            if (call.What != "GET")
                return false;
            await NotifyAsync(await call.StreamAsync(), "a");
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { MaxReconnectAttempts = 3 });

        (await FailedAsync(host)).ShouldContain("gave up after 3");
        server.Count("GET").ShouldBe(4);
    }

    private Task SaidAsync(string part) => Eventually.HoldsAsync(() =>
    {
        Overheard.Said.ShouldContain(line => line.Contains(part, StringComparison.Ordinal) && line.Contains("[WARNING]", StringComparison.Ordinal));
    });

    private static Task RefuseAsync(McpCall call, string by) => by switch
    {
        "page" => call.TextAsync(200, "<html>", "text/html"),
        "nothing" => call.TextAsync(200),
        "too long" => call.ResultAsync($$"""{"x":"{{new string('x', 10_000)}}"}"""),
        "reset" => ResetAsync(call),
        _ => call.TextAsync(int.Parse(by, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static async Task ResetAsync(McpCall call) => (await call.StreamAsync()).Abort();

    private static Task NotifyAsync(PushStream stream, string method) => stream.MessageAsync(ModernMcp.Notification(method));

    private static Task<FakeMcp> ServerAsync(string transport) => FakeMcp.StartAsync<FakeMcp>(transport switch
    {
        "subscriptions" => new ModernMcp(),
        "streamable-http" => new SessionMcp { Stores = false },
        _ => new OldMcp(),
    });
}
