using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2;
using McpSseActors.Handlers;
using McpSseActors.Telemetry;

namespace McpSseActors.Tests.Handlers;

/// <summary>What the event log does when loggers are slow, and with words that are made for a terminal.</summary>
public sealed class EventLoggingHandlerSpec : TestKit
{
    private readonly Sink _sink;
    private readonly IActorRef _log;

    public EventLoggingHandlerSpec()
        : base(ActorSystem.Create("event-log", BootstrapSetup.Create()
            .WithConfig(ConfigurationFactory.ParseString($"akka.loglevel = DEBUG\nakka.loggers = [\"{typeof(SlowLogger).AssemblyQualifiedName}\"]\nakka.stdout-loglevel = OFF\nakka.test.single-expect-default = 30s"))
            .And(new SinkSetup(new Sink()))))
    {
        _sink = Sys.Settings.Setup.Get<SinkSetup>().Value.Sink;
        _log = Sys.ActorOf(EventLoggingHandler.Registration.Props!(Sys, null));
    }

    [Fact]
    public async Task Should_count_the_events_when_the_loggers_stand_still()
    {
        for (var number = 0; number < 1000; number++)
            _log.Tell(Event("a"));
        var answer = _log.Ask<ActorIdentity>(new Identify(0));
        await answer.WaitAsync(Support.Within.Limit);
        _sink.Gate.Set();

        await Eventually.HoldsAsync(
            () => _sink.Events.Last().ShouldBe("800 more event(s) of stream s are not in the log: the loggers are slower than the stream"));
        _sink.Events.Count(line => line.StartsWith("Event a (stream", StringComparison.Ordinal)).ShouldBe(200);
        _log.Tell(Event("b"));
        await Eventually.HoldsAsync(() => _sink.Events.ShouldContain("Event b (stream s, id -)"));
    }

    [Fact]
    public async Task Should_count_the_rest_of_a_batch_when_the_loggers_stand_still()
    {
        _log.Tell(new McpEventBatch([.. Enumerable.Repeat(Event("a"), 1000)]));
        await _log.Ask<ActorIdentity>(new Identify(0)).WaitAsync(Support.Within.Limit);
        _sink.Gate.Set();

        await Eventually.HoldsAsync(
            () => _sink.Events.Last().ShouldBe("800 more event(s) of stream s are not in the log: the loggers are slower than the stream"));
        _sink.Events.Count(line => line.StartsWith("Event a (stream", StringComparison.Ordinal)).ShouldBe(200);
    }

    [Fact]
    public async Task Should_have_a_line_for_each_event_of_a_batch_when_the_loggers_keep_up()
    {
        _sink.Gate.Set();
        _log.Tell(new McpEventBatch([.. Enumerable.Range(0, 1000).Select(number => Event($"e{number}"))]));

        await _log.Ask<ActorIdentity>(new Identify(0)).WaitAsync(Support.Within.Limit);

        await Eventually.HoldsAsync(() => _sink.Events.Where(line => !line.Contains(" data: ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1])
            .ShouldBe(Enumerable.Range(0, 1000).Select(number => $"e{number}")));
    }

    [Fact]
    public async Task Should_have_a_line_for_each_event_when_the_loggers_keep_up()
    {
        _sink.Gate.Set();
        for (var number = 0; number < 3000; number++)
            _log.Tell(Event("a"));

        await _log.Ask<ActorIdentity>(new Identify(0)).WaitAsync(Support.Within.Limit);

        await Eventually.HoldsAsync(() => _sink.Events.Count(line => line.StartsWith("Event a (stream", StringComparison.Ordinal)).ShouldBe(3000));
    }

    [Fact]
    public async Task Should_escape_and_cut_what_a_server_says_when_it_is_logged()
    {
        _sink.Gate.Set();

        _log.Tell(new McpEvent("s", "\u001b[2J" + new string('t', 500), Encoding.UTF8.GetBytes("one\ntwo\u009b" + new string('d', 9000)),
            default, "\u202e\u0007" + new string('i', 10_000_000)));

        await Eventually.HoldsAsync(() => _sink.Events.Count.ShouldBe(2));
        var type = "\\u001b[2J" + new string('t', 196) + "… (504 characters)";
        _sink.Events.First().ShouldBe($"Event {type} (stream s, id \\u202e\\u0007{new string('i', 198)}… (10000002 characters))");
        _sink.Events.Last().ShouldStartWith($"Event {type} data: one\\u000atwo\\u009bddd");
        _sink.Events.Last().ShouldEndWith("ddd… (9009 bytes)");
    }

    [Theory]
    [InlineData("plain é 😀", "plain é 😀")]
    [InlineData(null, "-")]
    [InlineData("a\r\nb\0", "a\\u000d\\u000ab\\u0000")]
    [InlineData("\u2028\u2066", "\\u2028\\u2066")]
    public void Should_leave_nothing_that_a_terminal_obeys_when_a_name_is_logged(string? name, string logged) => LogText.Name(name).ShouldBe(logged);

    private static McpEvent Event(string type) => new("s", type, "{}"u8.ToArray(), default);

    private sealed class Sink
    {
        public ManualResetEventSlim Gate { get; } = new();

        public ConcurrentQueue<string> Lines { get; } = new();

        public IReadOnlyCollection<string> Events => [.. Lines.Where(line => line.StartsWith("Event ", StringComparison.Ordinal) || line.Contains("more event(s)", StringComparison.Ordinal))];
    }

    private sealed class SinkSetup(Sink sink) : Akka.Actor.Setup.Setup
    {
        public Sink Sink => sink;
    }

    /// <summary>Writes a line when its gate is open.</summary>
    private sealed class SlowLogger : ReceiveActor
    {
        public SlowLogger()
        {
            var sink = Context.System.Settings.Setup.Get<SinkSetup>().Value.Sink;
            Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
            Receive<LogEvent>(log =>
            {
                if (log.LogSource.Contains(LogSources.Handler, StringComparison.Ordinal))
                    sink.Gate.Wait();
                sink.Lines.Enqueue(log.Message.ToString()!);
            });
        }
    }
}
