using System.Threading.Channels;
using McpSseActors.Actors;
using McpSseActors.Configuration;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>What a change of the file does to streams that run.</summary>
public sealed class ReloadSpec : IDisposable
{
    private readonly EditedFile _file = new("[mcp_sse]\n");
    private readonly LogLines _log = new();
    private readonly ReceivedEvents _events = new();
    private readonly Channel<string> _toSend = Channel.CreateUnbounded<string>();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Should_apply_at_once_and_stay_connected_when_what_is_read_stays_the_same()
    {
        var levels = Channel.CreateUnbounded<ConsoleLogLevel>();
        await using var server = new ScriptedServer(SendWhatIsWantedAsync);
        _file.Write(Stream(server, "subscribed_events = [\"a\"]"));
        await using var host = await StartAsync(mcp => mcp
            .OnReloaded(_ => throw new InvalidOperationException("one callback's fault is not the other's"))
            .OnReloaded(options => levels.Writer.TryWrite(options.ConsoleLogLevel)));
        await _toSend.Writer.WriteAsync("event: b\ndata: 1\n\nevent: a\ndata: 2\n\n");
        (await _events.NextAsync()).Text.ShouldBe("2");

        _file.Write(Stream(server, "subscribed_events = [\"b\"]\nenable_event_logging = false\nevent_buffer_size = 1\n[log]\nconsole_log_level = \"DEBUG\""));

        (await _log.UntilAsync($"Reloaded {_file.Path}")).ShouldBe($"InfoLevel: Reloaded {_file.Path}: s: event_buffer_size, enable_event_logging, subscribed_events; log: console_log_level");
        (await levels.Reader.ReadAsync()).ShouldBe(ConsoleLogLevel.Debug);
        await Eventually.HoldsAsync(async () => (await host.Client.GetHandlersAsync())
            .ShouldNotContain(handler => handler.Name.StartsWith("event-log", StringComparison.Ordinal)));
        await _toSend.Writer.WriteAsync("event: a\ndata: 3\n\nevent: b\ndata: 4\n\nevent: b\ndata: 5\n\n");
        (await _events.TextsAsync(2)).ShouldBe(["4", "5"]);
        await Eventually.HoldsAsync(async () => (await host.Client.GetRecentEventsAsync()).ShouldHaveSingleItem().Text.ShouldBe("5"));
        (await host.Client.GetStatsAsync()).SubscribedEvents.ShouldBe(["b"]);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_have_one_event_log_or_none_when_it_is_switched_faster_than_it_can_follow()
    {
        await using var server = new ScriptedServer(SendWhatIsWantedAsync);
        _file.Write(Stream(server, "enable_event_logging = false"));
        await using var host = await StartAsync();

        await host.States.UntilAsync(ConnectionState.Connected);
        // Past the file, which is read more slowly than a router answers.
        var stream = await host.System.ActorSelection("/user/mcp-sse/s").ResolveOne(Within.Limit);
        var options = TomlConfiguration.Load(_file.Path).Streams.ShouldHaveSingleItem();
        for (var i = 0; i < 21; i++)
            stream.Tell(new Reconfigure(options with { EnableEventLogging = i % 2 == 0 }, KeyReach.Stream));

        await Eventually.HoldsAsync(async () => (await EventLogsAsync(host)).ShouldBe(1));
        stream.Tell(new Reconfigure(options, KeyReach.Stream));
        await Eventually.HoldsAsync(async () => (await EventLogsAsync(host)).ShouldBe(0));
    }

    [Fact]
    public async Task Should_connect_anew_that_stream_alone_when_its_connection_is_set_otherwise()
    {
        await using var one = new ScriptedServer(SendWhatIsWantedAsync);
        await using var other = new ScriptedServer(SendWhatIsWantedAsync);
        string Both(string ofOne) => $"[mcp_sse]\nenable = true\n[mcp_sse.servers.one]\nserver_url = \"{one.Url}\"\n{ofOne}\n[mcp_sse.servers.other]\nserver_url = \"{other.Url}\"\n";
        _file.Write(Both(""));
        await using var host = await StartAsync();
        await Eventually.HoldsAsync(async () => (await host.Client.GetAllStatsAsync()).ShouldAllBe(stats => stats.IsConnected));
        await one.NextRequestAsync();

        _file.Write(Both("auth_key = \"new\""));

        (await one.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer new");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStateAsync("one")).ShouldSatisfyAllConditions(
            state => state.NewState.ShouldBe(ConnectionState.Connected), state => state.Attempt.ShouldBe(0)));
        other.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_read_from_the_new_address_and_resume_there_when_the_address_changes()
    {
        await using var old = new ScriptedServer(SendWhatIsWantedAsync);
        await using var moved = new ScriptedServer(SendWhatIsWantedAsync);
        _file.Write(Stream(old));
        await using var host = await StartAsync();
        await _toSend.Writer.WriteAsync("id: 7\ndata: 1\n\n");
        await _events.NextAsync();

        _file.Write(Stream(moved));

        (await moved.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("7");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).ServerUrl.ShouldBe(moved.Url.ToString()));
    }

    [Theory]
    [InlineData("503 Service Unavailable", ConnectionState.BackingOff, "max_reconnect_delay = 61")]
    [InlineData("503 Service Unavailable", ConnectionState.BackingOff, "auth_key = \"right\"")]
    [InlineData("404 Not Found", ConnectionState.Failed, "retryable_status = [404]")]
    [InlineData("401 Unauthorized", ConnectionState.Failed, "auth_key = \"right\"")]
    public async Task Should_try_at_once_when_a_stream_waits_or_failed_and_may_fare_better_now(string answer, ConnectionState state, string more)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(answer, "Retry-After: 3000\r\n"), SendWhatIsWantedAsync);
        _file.Write(Stream(server));
        await using var host = await StartAsync();
        await host.States.UntilAsync(state);

        _file.Write(Stream(server, more));

        (await host.States.NextAsync()).Reason.ShouldBe("reconfigured");
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("max_reconnect_attempts = 3")]
    [InlineData("shutdown_timeout = 6")]
    [InlineData("initial_last_event_id = \"9\"")]
    public async Task Should_stay_connected_when_only_what_comes_later_is_changed(string more)
    {
        await using var server = new ScriptedServer(SendWhatIsWantedAsync);
        _file.Write(Stream(server));
        await using var host = await StartAsync();
        await host.States.UntilAsync(ConnectionState.Connected);

        _file.Write(Stream(server, more));
        (await _log.UntilAsync($"Reloaded {_file.Path}")).ShouldEndWith($"{_file.Path}: s: {more.Split(' ')[0]}");

        await _toSend.Writer.WriteAsync("data: 1\n\n");
        await _events.NextAsync();
        server.Connections.ShouldBe(1);
        host.States.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Should_follow_enable_and_leave_alone_what_somebody_stopped()
    {
        await using var server = new ScriptedServer(SendWhatIsWantedAsync);
        _file.Write(Stream(server));
        await using var host = await StartAsync();
        await host.States.UntilAsync(ConnectionState.Connected);

        _file.Write(Stream(server).Replace("true", "false", StringComparison.Ordinal));
        (await host.States.NextAsync()).ShouldSatisfyAllConditions(
            change => change.NewState.ShouldBe(ConnectionState.Disabled), change => change.Reason.ShouldBe("enable is false"));
        (await host.Client.GetStatsAsync()).Enabled.ShouldBeFalse();
        _file.Write(Stream(server));
        await host.States.UntilAsync(ConnectionState.Connected);

        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        _file.Write(Stream(server, "read_timeout = 61"));
        await host.Client.ReloadAsync();
        (await host.Client.GetStateAsync()).NewState.ShouldBe(ConnectionState.Stopped);
        server.Connections.ShouldBe(2);
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "retryable_status = [404]")]
    public async Task Should_warn_once_when_certificates_are_not_verified_any_more(bool isConnected, string more)
    {
        await using var server =
            new ScriptedServer(isConnected ? SendWhatIsWantedAsync : exchange => exchange.AnswerAsync("404 Not Found"), SendWhatIsWantedAsync);
        _file.Write(Stream(server));
        await using var host = await StartAsync();
        await host.States.UntilAsync(isConnected ? ConnectionState.Connected : ConnectionState.Failed);

        _file.Write(Stream(server, "verify_ssl = false\n" + more));
        await host.States.UntilAsync(ConnectionState.Connected);

        await _log.UntilAsync("verify_ssl is false");
        await _log.UntilAsync("Connected to", count: isConnected ? 2 : 1);
        _log.Containing("verify_ssl is false").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Should_add_and_remove_streams_when_they_come_and_go_in_the_file()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync($"data: {exchange.Request.Line.Split(' ')[1]}\n\n");
            await exchange.StayAsync();
        });
        _file.Write(Servers(server, "a", "b"));
        await using var host = await StartAsync();
        (await _events.TextsAsync(2)).ShouldBe(["/a", "/b"], ignoreOrder: true);

        _file.Write(Servers(server, "b", "c"));

        (await _events.NextAsync()).Text.ShouldBe("/c");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStreamsAsync()).ShouldBe(["b", "c"]));
        (await _log.UntilAsync("Reloaded")).ShouldEndWith(": a: removed; c: added");
        server.Connections.ShouldBe(3);
    }

    [Fact]
    public async Task Should_keep_the_stream_when_its_name_changes_in_case_alone()
    {
        await using var server = new ScriptedServer(SendWhatIsWantedAsync);
        _file.Write(Servers(server, "Chat"));
        await using var host = await StartAsync();
        await host.States.UntilAsync(ConnectionState.Connected);

        _file.Write(Servers(server, "chat"));

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("chat")).IsConnected.ShouldBeTrue());
        (await host.Client.GetStreamsAsync()).ShouldBe(["chat"]);
    }

    [Fact]
    public async Task Should_leave_to_code_what_is_code_s_when_a_name_is_given_away_meanwhile()
    {
        await using var server = new ScriptedServer(SendWhatIsWantedAsync);
        _file.Write(Servers(server, "a", "b"));
        await using var host = await StartAsync();
        await host.Client.RemoveStreamAsync("a");
        await host.Client.AddStreamAsync(new StreamOptions { Name = "a" });

        _file.Write(Servers(server, "b"));
        await host.Client.ReloadAsync();
        (await host.Client.GetStreamsAsync()).ShouldBe(["a", "b"], "the file gives up what it has no more");

        _file.Write(Servers(server, "a", "b"));
        (await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.ReloadAsync())).Faults
            .ShouldHaveSingleItem().Problem.ShouldBe("another stream has the name 'a'");
    }

    private static string Stream(ScriptedServer server, string more = "") =>
        $"[mcp_sse]\nenable = true\nname = \"s\"\nserver_url = \"{server.Url}\"\n{more}\n";

    private static string Servers(ScriptedServer server, params string[] names) => "[mcp_sse]\nenable = true\n"
        + string.Concat(names.Select(name => $"[mcp_sse.servers.{name}]\nserver_url = \"{new Uri(server.Url, $"/{name}")}\"\n"));

    private static async Task<int> EventLogsAsync(McpSseHost host) =>
        (await host.Client.GetHandlersAsync()).Count(handler => handler.Name.StartsWith("event-log", StringComparison.Ordinal));

    private Task<McpSseHost> StartAsync(Action<McpSseBuilder>? more = null) => McpSseHost.StartAsync(
        mcp =>
        {
            mcp.FromToml(_file.Path, reload: true).AddHandler("*", _events.Collect);
            more?.Invoke(mcp);
        },
        LogLines.Hocon + "mcp-sse.reload-interval = 50ms",
        watch: _log.ListenTo);

    private async Task SendWhatIsWantedAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        var gone = exchange.StayAsync();
        while (await Task.WhenAny(gone, _toSend.Reader.WaitToReadAsync(exchange.Stopped).AsTask()) != gone && _toSend.Reader.TryRead(out var text))
            await exchange.WriteAsync(text);
    }
}
