using System.Diagnostics;
using Akka.Event;
using McpSseActors.Connections;
using McpSseActors.Mcp;
using McpSseActors.Sse;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Tests.Mcp;

/// <summary>Streamable HTTP: what follows when a stream breaks, or a session is gone.</summary>
public sealed class SessionResumeSpec : McpSpec
{
    private const string Transport = "streamable-http";
    private const string Changed = "notifications/tools/list_changed";

    [Fact]
    public async Task Should_resume_without_a_new_session_when_the_stream_breaks()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);

        await server.StreamAsync(1);
        await server.NotifyAsync("a", """{"n":1}""");
        await NextAsync("a");
        server.Drop();
        await server.NotifyAsync("a", """{"n":2}""");
        await server.StreamAsync(2);
        await server.NotifyAsync("a", """{"n":3}""");

        (await Events.TextsAsync(2)).ShouldBe(["""{"n":2}""", """{"n":3}"""]);
        (await server.CallAsync("GET", 2)).Header("Last-Event-ID").ShouldBe("1");
        server.Count("initialize").ShouldBe(1);
        (await McpAsync(host)).Resyncs.ShouldBe(0);
    }

    [Fact]
    public async Task Should_resume_the_session_when_another_process_starts_from_its_position()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());

        var first = await ReadOneAsync(server, StreamPosition.Start);
        var second = await ReadOneAsync(server, first);

        (first.LastEventId, second.LastEventId, second.Session).ShouldBe(("1", "2", first.Session.ShouldNotBeNull()));
        server.Count("initialize").ShouldBe(1);
        var resumed = await server.CallAsync("GET", 2);
        resumed.Header("Last-Event-ID").ShouldBe("1");
        resumed.Header("Mcp-Session-Id").ShouldBe("session-1");
    }

    [Fact]
    public async Task Should_drop_what_comes_again_when_it_resumes()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);

        const string Message = """{"jsonrpc":"2.0","method":"a","params":{"n":1}}""";
        await (await server.StreamAsync(1)).MessageAsync(Message, "1");
        await NextAsync("a");
        server.Drop();
        var stream = await server.StreamAsync(2);
        await stream.MessageAsync(Message, "1");
        await stream.MessageAsync("""{"jsonrpc":"2.0","method":"b"}""", "2");
        await NextAsync("b");
        await StatsHoldAsync(host, stats => stats.Dropped["duplicate"].ShouldBe(1));
    }

    [Fact]
    public async Task Should_tell_that_something_may_be_missed_when_the_server_sends_nothing_again()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { Stores = false });
        await using var host = await ListenAsync(server.Url, Transport);

        await server.StreamAsync(1);
        await server.NotifyAsync("a");
        await NextAsync("a");
        server.Drop();

        await NextAsync(McpResyncEvent.Type);
        server.Count("initialize").ShouldBe(1);
    }

    [Fact]
    public async Task Should_wait_as_long_as_the_server_says()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Jitter = 0 });

        var stream = await server.StreamAsync(1);
        await host.States.UntilAsync(ConnectionState.Connected);
        await stream.WriteAsync("retry: 700\nid: 1\ndata:\n\n");
        await StatsHoldAsync(host, stats => stats.LastEventId.ShouldBe("1"));
        stream.Abort();

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(700));
        (await server.CallAsync("GET", 2)).Header("Last-Event-ID").ShouldBe("1");
    }

    [Fact]
    public async Task Should_never_give_up_when_the_server_wants_to_be_polled()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What != "GET")
                return false;
            await (await call.StreamAsync()).WriteAsync($"id: {server.Count("GET")}\nretry: 5\ndata:\n\n");
            return true;
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with { MaxReconnectAttempts = 1 });

        for (var number = 2; number <= 40; number++)
            (await server.CallAsync("GET", number)).Header("Last-Event-ID").ShouldBe($"{number - 1}");
        server.Count("initialize").ShouldBe(1);
        (await StatsAsync(host)).Dropped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_give_up_when_the_server_only_ends_its_streams()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What == "GET")
                await call.StreamAsync();
            return call.What == "GET";
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with { MaxReconnectAttempts = 1 });

        (await FailedAsync(host)).ShouldContain("gave up after 1");
    }

    [Theory]
    [InlineData("streamable-http")]
    [InlineData("http-sse")]
    public async Task Should_tell_once_what_may_be_missed_when_streams_end_at_once(string transport)
    {
        var isSteady = true;
        FakeMcp fake = transport == "http-sse" ? new OldMcp() : new SessionMcp { Stores = false };
        await using var server = await FakeMcp.StartAsync(fake);
        server.Instead = async call =>
        {
            var isLast = call.What == (transport == "http-sse" ? "notifications/initialized" : "GET");
            if (!isLast || Volatile.Read(ref isSteady))
                return false;
            if (transport == "http-sse")
            {
                await call.TextAsync(202);
                server.Stream.End();
            }
            else
            {
                await call.StreamAsync();
            }

            return true;
        };
        await using var host = await ListenAsync(server.Url, transport, o => o with { Jitter = 0, HealthyAfter = TimeSpan.FromSeconds(1) });
        await host.States.UntilAsync(ConnectionState.Connected);
        Volatile.Write(ref isSteady, false);
        server.Drop();

        for (var attempt = 1; attempt <= 4; attempt++)
            (await host.States.UntilAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(attempt);
        Volatile.Write(ref isSteady, true);
        await UntilAsync(McpResyncEvent.Type);
        await StatsHoldAsync(host, stats => stats.ConsecutiveReconnectAttempts.ShouldBe(0));
        (await McpAsync(host)).Resyncs.ShouldBe(1);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    [InlineData(410)]
    [InlineData(401)]
    public async Task Should_begin_a_new_session_in_the_same_attempt_when_the_old_one_is_forgotten_with(int status)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { ForgottenStatus = status });
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Mcp = new McpListenOptions { Resources = ["demo://a"] } });

        await server.CallAsync("resources/subscribe");
        await server.NotifyAsync("a");
        await NextAsync("a");
        server.Forget();

        var missed = (await NextAsync(McpResyncEvent.Type)).ShouldBeOfType<McpEvent<McpResyncEvent>>().Payload;
        (missed.Tools, missed.Resources.Single()).ShouldBe((true, "demo://a"));
        await server.CallAsync("resources/subscribe", 2);
        server.Asked.Skip(4).ShouldBe(["GET", "initialize", "notifications/initialized", "GET", "resources/subscribe"]);
        server.Calls[4].Header("Last-Event-ID").ShouldBe("1");
        server.Calls[5].Header("Mcp-Session-Id").ShouldBeNull();
        server.Calls[7].Header("Mcp-Session-Id").ShouldBe("session-2");
        server.Calls[7].Header("Last-Event-ID").ShouldBeNull();
        await StatsHoldAsync(host, stats =>
            (stats.LastEventId, stats.Mcp!.Sessions, stats.Mcp.Resyncs, stats.TotalReconnectAttempts).ShouldBe((null, 2, 1, 1)));
    }

    [Fact]
    public async Task Should_back_off_and_then_leave_the_session_when_another_stream_of_it_stays_open()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);
        await server.StreamAsync(1);
        server.Instead = async call =>
        {
            var isBlocked = call.What == "GET" && call.Header("Mcp-Session-Id") == "session-1";
            if (isBlocked)
                await call.TextAsync(409);
            return isBlocked;
        };
        server.Drop();

        await server.StreamAsync(2);
        server.Asked.Skip(3).ShouldBe(["GET", "GET", "DELETE", "initialize", "notifications/initialized", "GET"]);
        server.Calls[5].Header("Mcp-Session-Id").ShouldBe("session-1");
        await NextAsync(McpResyncEvent.Type);
    }

    [Fact]
    public async Task Should_leave_the_blocked_session_also_when_the_leave_is_not_answered()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport, o => o with { ConnectionTimeout = TimeSpan.FromSeconds(1), MaxReconnectAttempts = 3 });
        await server.StreamAsync(1);
        server.Instead = async call =>
        {
            if (call.What == "DELETE")
                await call.HangAsync();
            var isBlocked = call.What == "GET" && call.Header("Mcp-Session-Id") == "session-1";
            if (isBlocked)
                await call.TextAsync(409);
            return isBlocked || call.What == "DELETE";
        };
        server.Drop();

        await server.CallAsync("initialize", 2);
        await server.StreamAsync(2);
    }

    [Fact]
    public async Task Should_connect_again_when_the_server_was_down()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport, o => o with { MaxReconnectAttempts = -1, MaxReconnectDelay = TimeSpan.FromMilliseconds(100) });

        await host.States.UntilAsync(ConnectionState.Connected);
        await server.StopAsync();
        await host.States.UntilAsync(ConnectionState.BackingOff);
        server.Forget();
        await server.StartAsync();
        await NextAsync(McpResyncEvent.Type);
        (await McpAsync(host)).Sessions.ShouldBe(2);
    }

    [Fact]
    public async Task Should_find_a_dead_session_when_it_pings()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Mcp = new McpListenOptions { PingInterval = TimeSpan.FromMilliseconds(50) } });

        (await server.CallAsync("ping", 2)).Header("Mcp-Session-Id").ShouldBe("session-1");
        server.Instead = async call =>
        {
            var isDead = call.What == "ping" && call.Header("Mcp-Session-Id") == "session-1";
            if (isDead)
                await call.TextAsync(404);
            return isDead;
        };

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("no longer knows the session");
        await NextAsync(McpResyncEvent.Type);
        server.Count("initialize").ShouldBe(2);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(401)]
    public async Task Should_ping_less_and_less_often_when_each_ping_ends_the_session(int status)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        ConcurrentQueue<long> begun = [], pinged = [];
        server.Instead = async call =>
        {
            if (call.What is "initialize")
                begun.Enqueue(Stopwatch.GetTimestamp());
            if (call.What is not "ping")
                return false;
            pinged.Enqueue(Stopwatch.GetTimestamp());
            await call.TextAsync(status);
            return true;
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Mcp = new McpListenOptions { PingInterval = TimeSpan.FromMilliseconds(20) } });

        await server.CallAsync("ping", 5);

        var waits = begun.Zip(pinged, (start, end) => Stopwatch.GetElapsedTime(start, end).TotalMilliseconds).ToList();
        waits.Zip([20, 20, 40, 80, 160]).ShouldAllBe(wait => wait.First > wait.Second - 5);
    }

    [Fact]
    public async Task Should_ask_once_for_a_fresh_token_when_the_server_refuses_the_old_one()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        var tokens = 0;
        server.Instead = async call =>
        {
            var isOld = call.Header("Authorization") != "Bearer token-2";
            if (isOld)
                await call.TextAsync(401);
            return isOld;
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with
        {
            Credentials = (_, _) => ValueTask.FromResult<string?>($"token-{Math.Min(Interlocked.Increment(ref tokens), 2)}"),
        });

        await host.States.UntilAsync(ConnectionState.Connected);
        server.Count("initialize").ShouldBe(2);
    }

    [Fact]
    public async Task Should_fail_when_the_server_refuses_the_fresh_token_too()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            await call.TextAsync(401);
            return true;
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Credentials = (_, _) => ValueTask.FromResult<string?>("token") });

        (await FailedAsync(host)).ShouldContain("401");
        server.Asked.ShouldBe(["initialize", "initialize"]);
    }

    // As a process does that has nothing but a stored position: reads one event, and stores the position after it.
    private static async Task<StreamPosition> ReadOneAsync(SessionMcp server, StreamPosition from)
    {
        using var limit = new CancellationTokenSource(Within.Limit);
        var options = new StreamOptions { ServerUrl = server.Url, Transport = StreamTransport.Parse(Transport) };
        using var transport = McpTransports.Create(options, new McpState("s", options.Mcp, NoLogger.Instance, _ => { }), new McpEras());
        (await transport.OpenAsync(new OpenRequest(new Uri(server.Url), from), limit.Token)).ShouldBeOfType<AttemptOutcome.Opened>();
        await server.NotifyAsync("a");
        var cursor = new StreamCursor();
        cursor.Seek(from);
        for (var found = new CountingSink(); found.Events == 0;)
        {
            var chunk = await transport.ReadAsync(1024, limit.Token);
            chunk.Read(cursor, ref found);
            chunk.Return();
        }

        return cursor.Position;
    }
}
