using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Stats;
using McpSseActors.Connections;
using McpSseActors.Sse;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.Connection;

/// <summary>The owner of a connection in virtual time, with a network and a pipeline that do what the test says.</summary>
public sealed class ConnectionActorSpec : TestKit
{
    private static readonly StreamOptions Options = new()
    {
        Name = "s",
        Enabled = true,
        ServerUrl = "http://127.0.0.1:1/events",
        Jitter = 0,
        MaxReconnectAttempts = -1,
    };

    private readonly TestProbe _stats;
    private readonly TestProbe _pipeline;
    private readonly FakeNetwork _network = new();
    private string _lastEventId = "";
    private TimeSpan? _serverRetry;
    private bool _hadEvent;
    private int _chunksInFlight;

    public ConnectionActorSpec(ITestOutputHelper output)
        : base(ConfigurationFactory.ParseString("""
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.loglevel = ERROR
            """).WithFallback(TestSystem.Config), output: output)
    {
        _stats = CreateTestProbe();
        _pipeline = CreateTestProbe();
        _pipeline.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is Drain drain)
                sender.Tell(new Drained(drain.Epoch, new StreamPosition(_lastEventId, _serverRetry), _chunksInFlight, _hadEvent));
            return AutoPilot.KeepRunning;
        }));
    }

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task Should_follow_the_whole_schedule_when_the_server_refuses_again_and_again()
    {
        var connection = await StartAsync(Options);
        foreach (var delay in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            (await StateAsync()).NewState.ShouldBe(ConnectionState.Connecting);
            _network.Answer(new AttemptOutcome.Lost("refused"));
            var lost = await StateAsync();
            lost.NewState.ShouldBe(ConnectionState.BackingOff);
            lost.RetryIn.ShouldBe(TimeSpan.FromSeconds(delay));
            Time.Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            connection.Tell(new StartStream(), TestActor);
            (await ExpectMsgAsync<CommandAccepted>()).State.ShouldBe(ConnectionState.BackingOff);
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task Should_connect_at_once_when_the_delay_is_the_least()
    {
        var connection = await StartAsync(Options with { InitialReconnectDelay = TimeSpan.FromMilliseconds(1) });
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(new AttemptOutcome.Lost("refused"));
        (await StateAsync()).RetryIn.ShouldBe(TimeSpan.FromMilliseconds(1));
        (await StateAsync()).NewState.ShouldBe(ConnectionState.Connecting);

        _network.Answer(new AttemptOutcome.Lost("refused"));
        (await StateAsync()).RetryIn.ShouldBe(TimeSpan.FromMilliseconds(2));
        connection.Tell(new StartStream(), TestActor);
        (await ExpectMsgAsync<CommandAccepted>()).State.ShouldBe(ConnectionState.BackingOff);
    }

    [Fact]
    public async Task Should_wait_when_the_server_asks_for_no_delay()
    {
        var connection = await StartAsync(Options);
        _serverRetry = TimeSpan.Zero;
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(new AttemptOutcome.Lost("refused"));
        (await StateAsync()).RetryIn.ShouldBe(TimeSpan.FromMilliseconds(1));

        connection.Tell(new StartStream(), TestActor);
        (await ExpectMsgAsync<CommandAccepted>()).State.ShouldBe(ConnectionState.BackingOff);
    }

    [Fact]
    public async Task Should_give_up_when_the_attempts_are_used_up()
    {
        await StartAsync(Options with { MaxReconnectAttempts = 2 });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await ReachAsync(ConnectionState.Connecting);
            _network.Answer(new AttemptOutcome.Lost("refused"));
            (await ReachAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(attempt);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(new AttemptOutcome.Lost("refused"));
        (await ReachAsync(ConnectionState.Failed)).Reason.ShouldBe("refused; gave up after 2 reconnect attempt(s)");
    }

    [Fact]
    public async Task Should_keep_counting_when_the_server_accepts_and_drops()
    {
        await StartAsync(Options);
        foreach (var delay in new[] { 1, 2, 4 })
        {
            await ReachAsync(ConnectionState.Connecting);
            _network.Answer(Opened);
            await ReachAsync(ConnectionState.Connected);
            _network.End();
            (await ReachAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(delay));
            Time.Advance(TimeSpan.FromSeconds(delay));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_count_anew_when_the_connection_was_healthy(bool byAnEvent)
    {
        await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(new AttemptOutcome.Lost("refused"));
        await ReachAsync(ConnectionState.BackingOff);
        Time.Advance(TimeSpan.FromSeconds(1));
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);

        if (byAnEvent)
        {
            _hadEvent = true;
        }
        else
        {
            Time.Advance(Options.HealthyAfter);
            await _stats.ExpectMsgAsync<AttemptsReset>();
        }

        _network.End();
        var lost = await ReachAsync(ConnectionState.BackingOff);
        lost.Attempt.ShouldBe(1);
        lost.RetryIn.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_count_on_when_connections_with_events_end_soon_again_and_again(bool isClean)
    {
        await StartAsync(Options with { MaxReconnectAttempts = 3 });
        _hadEvent = true;
        foreach (var delay in new[] { 1, 2, 4 })
        {
            await ReachAsync(ConnectionState.Connecting);
            _network.Answer(Opened);
            await ReachAsync(ConnectionState.Connected);
            Time.Advance(Options.HealthyAfter - TimeSpan.FromMilliseconds(1));
            EndBy(isClean);
            (await ReachAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(delay));
            Time.Advance(TimeSpan.FromSeconds(delay));
        }

        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        EndBy(isClean);
        (await ReachAsync(ConnectionState.Failed)).Reason.ShouldContain("gave up after 3 reconnect attempt(s)");
    }

    [Fact]
    public async Task Should_count_anew_when_a_connection_lasts_after_many_that_did_not()
    {
        await StartAsync(Options);
        _hadEvent = true;
        foreach (var (delay, lasts) in new[] { (1, false), (2, false), (4, false), (1, true), (1, false), (2, false) })
        {
            await ReachAsync(ConnectionState.Connecting);
            _network.Answer(Opened);
            await ReachAsync(ConnectionState.Connected);
            if (lasts)
            {
                Time.Advance(Options.HealthyAfter);
                await _stats.ExpectMsgAsync<AttemptsReset>();
            }

            _network.End();
            (await ReachAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(delay));
            Time.Advance(TimeSpan.FromSeconds(delay));
        }
    }

    [Fact]
    public async Task Should_not_count_polls_that_the_server_asks_for()
    {
        await StartAsync(Options with { MaxReconnectAttempts = 1 });
        _hadEvent = true;
        _lastEventId = "7";
        _serverRetry = TimeSpan.FromSeconds(2);
        for (var poll = 0; poll < 5; poll++)
        {
            await ReachAsync(ConnectionState.Connecting);
            _network.Answer(Opened);
            await ReachAsync(ConnectionState.Connected);
            _network.End();
            (await ReachAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(2));
            Time.Advance(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task Should_resume_after_what_was_dispatched_when_the_connection_drops()
    {
        await StartAsync(Options with { InitialLastEventId = "from-config" });
        await ReachAsync(ConnectionState.Connecting);
        (await _network.RequestAsync()).Position.LastEventId.ShouldBe("from-config");
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        _lastEventId = "42";
        _serverRetry = TimeSpan.FromSeconds(3);

        _network.End();

        (await ReachAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(3));
        Time.Advance(TimeSpan.FromSeconds(3));
        (await _network.RequestAsync()).Position.LastEventId.ShouldBe("42");
    }

    [Fact]
    public async Task Should_lose_the_attempt_when_no_answer_comes_in_time()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        await _network.RequestAsync();

        await PassAsync(connection, Options.ConnectionTimeout, Options.ConnectionTimeout / 10);

        (await ReachAsync(ConnectionState.BackingOff)).Reason.ShouldBe("no answer within the connection_timeout of 30 s");
    }

    [Fact]
    public async Task Should_find_a_dead_peer_when_it_is_silent_for_the_read_timeout()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        await _network.ReadingAsync();
        _network.Bytes("a");
        await _pipeline.FishForMessageAsync(m => m is ChunkReceived);
        await _network.ReadingAsync();

        await PassAsync(connection, Options.ReadTimeout);
        Time.Advance(Options.ReadTimeout / 10);

        (await ReachAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the server sent nothing for the read_timeout of 60 s");
    }

    [Fact]
    public async Task Should_read_no_more_than_the_credit_when_nothing_is_handled()
    {
        var settings = new PipelineSettings { ChunksInFlight = 2 };
        var connection = await StartAsync(Options, settings);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        for (var i = 0; i < 2; i++)
        {
            await _network.ReadingAsync();
            _network.Bytes("x");
            await _pipeline.FishForMessageAsync(m => m is ChunkReceived);
        }

        await PassAsync(connection, Options.ReadTimeout * 3);
        connection.Tell(new StartStream(), TestActor);
        (await ExpectMsgAsync<CommandAccepted>()).State.ShouldBe(ConnectionState.Connected, "no time counts while we do not read");
        _network.IsReading.ShouldBeFalse();

        connection.Tell(new Credit(1, false));
        await _network.ReadingAsync();
    }

    [Fact]
    public async Task Should_read_longer_and_more_when_the_router_says_so_and_no_longer_when_it_does_not()
    {
        var connection = await StartAsync(Options, new PipelineSettings { ChunkSize = 256, ChunksInFlight = 2 });
        await OpenAsync();
        await ReadAsync(256);
        await ReadAsync(256);

        // One chunk is in flight, of eight that may be; and then two, of two again.
        connection.Tell(new Credit(1, HadEvents: false, Chunks: 1, ChunksPerRead: 4));
        for (var read = 0; read < 7; read++)
            await ReadAsync(4 * 256);
        connection.Tell(new Credit(1, HadEvents: false, Chunks: 6, ChunksPerRead: 1));
        connection.Tell(new StartStream(), TestActor);
        await ExpectMsgAsync<CommandAccepted>();
        await HandledByAttemptAsync(connection);
        _network.IsReading.ShouldBeFalse();

        connection.Tell(new Credit(1, HadEvents: false));
        await ReadAsync(256);
    }

    [Fact]
    public async Task Should_have_its_whole_window_when_the_connection_before_ended_with_long_reads_in_flight()
    {
        var connection = await StartAsync(Options, new PipelineSettings { ChunkSize = 256, ChunksInFlight = 2 });
        await OpenAsync();
        await ReadAsync(256);
        await ReadAsync(256);
        connection.Tell(new Credit(1, HadEvents: false, Chunks: 2, ChunksPerRead: 4));
        for (var read = 0; read < 7; read++)
            await ReadAsync(4 * 256);
        await _network.ReadingAsync();
        _chunksInFlight = 7;
        _network.End();
        await ReachAsync(ConnectionState.BackingOff);
        Time.Advance(TimeSpan.FromSeconds(1));
        await OpenAsync();

        connection.Tell(new Credit(1, HadEvents: false, Chunks: 7, ChunksPerRead: 4));
        for (var read = 0; read < 8; read++)
            await ReadAsync(4 * 256);
        connection.Tell(new Credit(2, HadEvents: false, Chunks: 8, ChunksPerRead: 1));
        await ReadAsync(256);
        await ReadAsync(256);
    }

    [Fact]
    public async Task Should_not_be_touched_when_a_message_of_an_earlier_epoch_comes_late()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        _network.End();
        await ReachAsync(ConnectionState.BackingOff);
        Time.Advance(TimeSpan.FromSeconds(1));
        await ReachAsync(ConnectionState.Connecting);

        connection.Tell(new AttemptOpened(1, new Uri("http://elsewhere/")));
        connection.Tell(new AttemptEnded(1, new AttemptOutcome.Ended()));
        connection.Tell(new Drained(1, new StreamPosition("old"), 0, false));
        connection.Tell(new StartStream(), TestActor);

        (await ExpectMsgAsync<CommandAccepted>()).State.ShouldBe(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_ask_for_a_fresh_token_once_when_the_server_answers_401()
    {
        await StartAsync(Options with { Credentials = (_, _) => ValueTask.FromResult<string?>("token") });
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(new AttemptOutcome.Rejected(401));
        (await StateAsync()).NewState.ShouldBe(ConnectionState.Connecting);

        _network.Answer(new AttemptOutcome.Rejected(401));

        (await StateAsync()).NewState.ShouldBe(ConnectionState.Failed);
    }

    [Fact]
    public async Task Should_connect_again_when_a_start_follows_a_stop_at_once()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);

        connection.Tell(new StopStream(), TestActor);
        connection.Tell(new StartStream(), TestActor);

        await ReachAsync(ConnectionState.Connecting);
    }

    [Fact]
    public async Task Should_restart_at_once_when_the_connection_breaks_meanwhile()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);

        connection.Tell(new RestartStream(), TestActor);
        connection.Tell(new AttemptEnded(1, new AttemptOutcome.Lost("reset")));

        var next = await StateAsync();
        next.NewState.ShouldBe(ConnectionState.Connecting);
        next.Reason.ShouldBe("restarted");
    }

    [Fact]
    public async Task Should_stay_stopped_when_a_start_comes_during_the_shutdown()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);

        connection.Tell(new DrainStream("the host shuts down"), TestActor);
        connection.Tell(new StartStream(), ActorRefs.Nobody);
        connection.Tell(new RestartStream(), ActorRefs.Nobody);

        (await StateAsync()).ShouldSatisfyAllConditions(
            change => change.NewState.ShouldBe(ConnectionState.Stopped),
            change => change.Reason.ShouldBe("the host shuts down"));
        connection.Tell(new StartStream(), TestActor);
        await ExpectMsgAsync<CommandAccepted>();
        connection.Tell(new StopStream(), TestActor);
        (await ExpectMsgAsync<CommandAccepted>()).State.ShouldBe(ConnectionState.Stopped);
    }

    [Fact]
    public async Task Should_read_again_when_the_router_was_restarted_while_the_stream_was_stopped()
    {
        _chunksInFlight = new PipelineSettings().ChunksInFlight;
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        await _network.ReadingAsync();
        connection.Tell(new StopStream(), ActorRefs.Nobody);
        await ReachAsync(ConnectionState.Stopped);
        _chunksInFlight--;

        connection.Tell(new PipelineRestarted("router"));
        await _pipeline.FishForMessageAsync<Drain>(_ => true);
        await _pipeline.FishForMessageAsync<Drain>(_ => true);
        connection.Tell(new StartStream(), ActorRefs.Nobody);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);

        await _network.ReadingAsync();
    }

    [Fact]
    public async Task Should_resume_at_the_stored_position_when_the_router_had_answered_before_it_went_back()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        _pipeline.SetAutoPilot(new DelegateAutoPilot((_, _) => AutoPilot.KeepRunning));
        connection.Tell(new RestartStream(), ActorRefs.Nobody);
        connection.Tell(new AttemptEnded(1, new AttemptOutcome.Abandoned("restarted")));
        await _pipeline.FishForMessageAsync<Drain>(_ => true);

        connection.Tell(new ResumeAt(new StreamPosition("stored"), Repeats: 0));
        connection.Tell(new RestartStream(), ActorRefs.Nobody);
        await _pipeline.FishForMessageAsync<Drain>(_ => true);
        connection.Tell(new Drained(1, new StreamPosition("reached"), 0, false));
        connection.Tell(new Drained(1, new StreamPosition("stored"), 0, false));

        await ReachAsync(ConnectionState.Connecting);
        await _network.RequestAsync();
        (await _network.RequestAsync()).Position.LastEventId.ShouldBe("stored");
    }

    [Fact]
    public async Task Should_restart_at_once_when_the_pipeline_crashes_meanwhile()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);

        connection.Tell(new RestartStream(), ActorRefs.Nobody);
        connection.Tell(new PipelineRestarted("parser"));

        (await StateAsync()).NewState.ShouldBe(ConnectionState.Connecting);
    }

    [Fact]
    public async Task Should_stop_when_it_crashes_while_it_was_told_to()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);

        connection.Tell(new AttemptEnded(1, null!));
        connection.Tell(new StopStream(), ActorRefs.Nobody);

        await ReachAsync(ConnectionState.Stopped);
    }

    [Fact]
    public async Task Should_go_on_where_it_was_when_it_crashes()
    {
        var connection = await StartAsync(Options);
        await ReachAsync(ConnectionState.Connecting);
        await _network.RequestAsync();
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
        _lastEventId = "7";

        connection.Tell(new AttemptEnded(1, null!));

        (await ReachAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromSeconds(1));
        (await _network.RequestAsync()).Position.LastEventId.ShouldBe("7");
    }

    private static AttemptOutcome Opened => new AttemptOutcome.Opened(new Uri(Options.ServerUrl));

    private async Task<IActorRef> StartAsync(StreamOptions options, PipelineSettings? settings = null)
    {
        settings ??= new PipelineSettings();
        var memory = new ConnectionMemory(settings.ChunksInFlight) { Url = new Uri(options.ServerUrl), Position = new StreamPosition(options.InitialLastEventId) };
        var connection = await ConnectionOwner.StartAsync(this, "s", _stats, ConnectionActor.Props(
            options, settings, memory, _network.CreateTransport, _pipeline, new ReconnectLimiter(100)));
        connection.Tell(new StartStream(), ActorRefs.Nobody);
        return connection;
    }

    private async Task<StreamStateChanged> StateAsync() => (await _stats.ExpectMsgAsync<StateReported>(Support.Within.Limit)).Change;

    private async Task<StreamStateChanged> ReachAsync(ConnectionState state)
    {
        var reached = await _stats.FishForMessageAsync(m => m is StateReported { Change: var change } && change.NewState == state, Support.Within.Limit);
        return ((StateReported)reached).Change;
    }

    private void EndBy(bool isClean)
    {
        if (isClean)
            _network.End();
        else
            _network.Break();
    }

    private async Task OpenAsync()
    {
        await ReachAsync(ConnectionState.Connecting);
        _network.Answer(Opened);
        await ReachAsync(ConnectionState.Connected);
    }

    private async Task ReadAsync(int length)
    {
        await _network.ReadingAsync();
        _network.AskedFor.ShouldBe(length);
        _network.Bytes("x");
        await _pipeline.FishForMessageAsync(m => m is ChunkReceived);
    }

    private Task<ActorIdentity> HandledByAttemptAsync(IActorRef connection) =>
        Sys.ActorSelection(connection.Path / "attempt-1").Ask<ActorIdentity>(new Identify(null), Support.Within.Limit);

    // One tick of the watchdog schedules the next, so each must have been handled before time goes on.
    private async Task PassAsync(IActorRef connection, TimeSpan time, TimeSpan? tick = null)
    {
        var interval = tick ?? Options.ReadTimeout / 10;
        for (var step = TimeSpan.Zero; step < time; step += interval)
        {
            Time.Advance(interval);
            await HandledByAttemptAsync(connection);
        }
    }
}
