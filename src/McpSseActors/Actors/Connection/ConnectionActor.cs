using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Parser;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Connection;

/// <summary>
/// Owns a stream's connection: wants it or not, makes one disposable attempt after the other, and keeps what outlives them.
/// <code>
///            Start                    opened
///   Resting ───────► Connecting ─────────────────► Connected
///   (Idle,  ◄──┐         │  ▲                          │
///   Stopped,   │         │  └───────────┐              │
///   Failed,    │         ▼ over         │ time is up   ▼ over
///   Disabled)  └───── Draining ──────► BackingOff ◄── Draining
/// </code>
/// Draining lets every byte of the attempt pass parser and router, so that the next request resumes after the last event dispatched.
/// </summary>
/// <remarks>A state is a method, and no table of handlers: these are made anew for each actor and state, which thousands of streams pay for.</remarks>
internal sealed partial class ConnectionActor : UntypedActor, IWithTimers
{
    private const string NextAttempt = "next-attempt";
    private const string Health = "health";
    private const string Disabled = "enable is false";
    private const string Reconfigured = "reconfigured";

    /// <summary>The least delay that can be configured is none: the scheduler ticks each 10 ms, and would make 20 of it.</summary>
    private static readonly TimeSpan AtOnce = Kinds.ShortestTime;

    private StreamOptions _options;
    private readonly PipelineSettings _settings;
    private readonly ConnectionMemory _memory;
    private readonly Func<IEventTransport> _transport;
    private readonly IActorRef _parser;
    private readonly ReconnectLimiter _pace;
    private readonly StateReporter _state;
    private readonly StreamMetrics _metrics;
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Client);
    private IActorRef _attempt = ActorRefs.Nobody;
    private AttemptSpan? _span;
    private AttemptOutcome? _closedWith;

    public ConnectionActor(
        LiveOptions options, PipelineSettings settings, ConnectionMemory memory, StateReporter state, Func<IEventTransport> transport, IActorRef parser, ReconnectLimiter pace)
    {
        _options = options.Value;
        _settings = settings;
        _memory = memory;
        _transport = transport;
        _parser = parser;
        _pace = pace;
        _state = state;
        _metrics = new StreamMetrics(options, Context.System);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        LiveOptions options, PipelineSettings settings, ConnectionMemory memory, StateReporter state, Func<IEventTransport> transport, IActorRef parser, ReconnectLimiter pace) =>
        QuietMailbox.For(() => new ConnectionActor(options, settings, memory, state, transport, parser, pace));

    protected override SupervisorStrategy SupervisorStrategy() => _log.Supervise(_options.Name, _ => Directive.Stop);

    protected override void PreStart()
    {
        if (_options.Enable)
            return;
        _memory.Unwant(Disabled);
        Report(ConnectionState.Disabled, Disabled);
    }

    protected override void PostStop() => EndSpan(new AttemptOutcome.Abandoned("the connection stopped"));

    protected override void PreRestart(Exception reason, object message)
    {
        EndSpan(new AttemptOutcome.Lost("an internal fault; the log has the details"));
        base.PreRestart(reason, message);
    }

    // After a bug of ours: what was dispatched is asked of the router, and the next attempt waits its turn.
    protected override void PostRestart(Exception reason)
    {
        if (_state.Current is ConnectionState.Connecting or ConnectionState.Connected or ConnectionState.BackingOff)
            BeginDraining(new AttemptOutcome.Lost("an internal fault; the log has the details"));
    }

    protected override void OnReceive(object message) => Resting(message);

    private void Resting(object message) => NotReading(message, start: () => Start("started"), restart: Start, stop: StayAtRest);

    private void Connecting(object message)
    {
        switch (message)
        {
            case AttemptOpened opened when IsCurrent(opened.Epoch):
                Open(opened);
                break;
            default:
                UnderWay(message);
                break;
        }
    }

    private void Open(AttemptOpened opened)
    {
        _memory.Url = opened.PermanentUrl;
        _memory.HasReauthenticated = false;
        _span?.Open();
        Report(ConnectionState.Connected, "the server accepted");
        if (_memory.Failures > 0)
            Timers.StartSingleTimer(Health, new ProvedHealthy(), _options.HealthyAfter);
        Become(Connected);
    }

    private void Connected(object message)
    {
        switch (message)
        {
            case ProvedHealthy:
                Heal();
                break;
            default:
                UnderWay(message);
                break;
        }
    }

    private void UnderWay(object message)
    {
        switch (message)
        {
            case Credit credit:
                if (credit.HadEvents && IsCurrent(credit.Epoch))
                    Heal();
                _attempt.Tell(Grant.One);
                break;
            case AttemptEnded ended when IsCurrent(ended.Epoch):
                BeginDraining(ended.Outcome);
                break;
            case Terminated gone when gone.ActorRef.Equals(_attempt):
                BeginDraining(new AttemptOutcome.Lost("the attempt crashed; the log has the details"));
                break;
            case PipelineRestarted fault when _closedWith is null:
                Close(new AttemptOutcome.Lost($"the {fault.Actor} was restarted after an internal fault"));
                break;
            default:
                Obey(
                    message,
                    start: _memory.Want,
                    restart: reason =>
                    {
                        _memory.Want();
                        Close(new AttemptOutcome.Abandoned(reason));
                    },
                    stop: reason =>
                    {
                        _memory.Unwant(reason);
                        Close(new AttemptOutcome.Abandoned(reason), isFinal: true);
                    });
                break;
        }
    }

    // Commands that come now change what is wanted, and take effect when the router has answered.
    private void Draining(object message, AttemptOutcome outcome)
    {
        switch (message)
        {
            case Drained drained when IsCurrent(drained.Epoch):
                _memory.Position = drained.Position;
                TakeCredit(drained);
                if (drained.HadEvent)
                    Heal();
                GoOn(outcome);
                break;
            case PipelineRestarted:
                _parser.Tell(new Drain(_memory.Epoch));
                break;
            default:
                Obey(
                    message,
                    start: _memory.Want,
                    restart: reason =>
                    {
                        _memory.Want();
                        Drain(new AttemptOutcome.Abandoned(reason));
                    },
                    stop: _memory.Unwant);
                break;
        }
    }

    private void BackingOff(object message)
    {
        if (message is TimeIsUp)
            ConnectAgain();
        else
            NotReading(message, start: () => { }, restart: Connect, stop: reason => Rest(StateAtRest, reason));
    }

    // Chunks of earlier attempts are still being handled; a router that crashed on one of them knows what is left.
    private void NotReading(object message, Action start, Action<string> restart, Action<string> stop)
    {
        switch (message)
        {
            case Credit:
                _memory.Credit++;
                break;
            case PipelineRestarted:
                _parser.Tell(new Drain(_memory.Epoch));
                break;
            case Drained drained when IsCurrent(drained.Epoch):
                TakeCredit(drained);
                break;
            default:
                Obey(message, start, restart, stop);
                break;
        }
    }

    private bool IsCurrent(long epoch) => epoch == _memory.Epoch;

    private void TakeCredit(Drained drained) => _memory.Credit = _settings.ChunksInFlight - drained.ChunksInFlight;

    private void Report(ConnectionState state, string reason, TimeSpan? retryIn = null) =>
        _state.Change(state, reason, _memory.Url, _memory.Failures, retryIn);

    private sealed record TimeIsUp : IPipelineMessage;

    private sealed record ProvedHealthy : IPipelineMessage;
}
