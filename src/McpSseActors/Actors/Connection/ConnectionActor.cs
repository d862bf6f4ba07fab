using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Connection;

/// <summary>
/// Owns a stream's connection: whether it is wanted, one disposable attempt after the other, and what outlives them.
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
/// <remarks>A state is a method, not a table of handlers: a table would be built for each actor and state, and thousands of streams pay for that.</remarks>
internal sealed class ConnectionActor : UntypedActor, IWithTimers
{
    private const string InternalFault = "an internal fault; the log has the details";

    private readonly ConnectionMemory _memory;
    private readonly CurrentAttempt _attempt;
    private readonly IActorRef _parser;
    private readonly RetrySchedule _retries;
    private readonly ConnectionCommands _commands;
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Client);

    public ConnectionActor(LiveOptions options, PipelineSettings settings, ConnectionMemory memory, Func<IEventTransport> transport, IActorRef parser, ReconnectLimiter limiter)
    {
        _memory = memory;
        _commands = new ConnectionCommands(options.Value, memory, _log);
        _attempt = new CurrentAttempt(Context, memory, options.Gate, new StreamMetrics(options, Context.System), settings.ChunkSize, transport, parser);
        _parser = parser;
        _retries = new RetrySchedule(memory, limiter);
    }

    private StreamOptions Options => _commands.Options;
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        LiveOptions options, PipelineSettings settings, ConnectionMemory memory, Func<IEventTransport> transport, IActorRef parser, ReconnectLimiter limiter) =>
        QuietMailbox.For(() => new ConnectionActor(options, settings, memory, transport, parser, limiter));

    protected override SupervisorStrategy SupervisorStrategy() => _log.Supervise(Options.Name, _ => Directive.Stop);

    protected override void PreStart()
    {
        if (!Options.Enabled)
            Rest(ConnectionState.Disabled, ConnectionCommands.Disabled);
    }

    protected override void PostStop() => _attempt.EndSpan(new AttemptOutcome.Abandoned("the connection stopped"));

    protected override void PreRestart(Exception reason, object message)
    {
        _attempt.EndSpan(new AttemptOutcome.Lost(InternalFault));
        base.PreRestart(reason, message);
    }

    // After an internal fault, the router is asked what was dispatched, and the next attempt waits its turn.
    protected override void PostRestart(Exception reason)
    {
        if (_memory.State is ConnectionState.Connecting or ConnectionState.Connected or ConnectionState.BackingOff)
            BeginDraining(new AttemptOutcome.Lost(InternalFault));
    }

    protected override void OnReceive(object message) => Resting(message);

    private void Resting(object message) => Waiting(message, start: () => Start("started"), restart: Start, stop: StayAtRest);

    private void Connecting(object message)
    {
        if (message is not AttemptOpened opened || !_memory.IsCurrent(opened.Epoch))
        {
            Attempting(message);
            return;
        }

        _memory.Url = opened.PermanentUrl;
        _memory.HasReauthenticated = false;
        _attempt.Open();
        _memory.IsYoung = true;
        Timers.StartSingleTimer(nameof(ProvedHealthy), new ProvedHealthy(), Options.HealthyAfter);
        Become(Connected);
        Report(ConnectionState.Connected, "the server accepted");
    }

    private void Connected(object message)
    {
        if (message is ProvedHealthy)
            Forgive(_memory.Mature());
        else
            Attempting(message);
    }

    private void Attempting(object message)
    {
        switch (message)
        {
            case Credit credit:
                if (credit.HadEvents && _memory.IsCurrent(credit.Epoch))
                    Forgive(_memory.ProveByEvent());
                _attempt.Grant(credit);
                break;
            case AttemptEnded ended when _memory.IsCurrent(ended.Epoch):
                BeginDraining(ended.Outcome);
                break;
            case Terminated:
                BeginDraining(new AttemptOutcome.Lost("the attempt crashed; the log has the details"));
                break;
            case PipelineRestarted fault when !_attempt.IsClosing:
                _attempt.Close(new AttemptOutcome.Lost(fault.Reason));
                break;
            default:
                Obey(message, start: _memory.Want, restart: _attempt.Reopen, stop: _attempt.CloseForGood);
                break;
        }
    }

    private void BeginDraining(AttemptOutcome outcome)
    {
        Timers.CancelAll();
        DrainAfter(_attempt.End(outcome));
    }

    private void DrainAfter(AttemptOutcome outcome, bool isStale = false) => Become(message => Draining(message, outcome, isStale));

    // A command that comes now changes what is wanted, and takes effect when the router has answered.
    private void Draining(object message, AttemptOutcome outcome, bool isStale)
    {
        switch (message)
        {
            case ResumeAt resume:
                // The router may have answered before it went there.
                _memory.ResumeAt(resume);
                _parser.Tell(new Drain(_memory.Epoch));
                DrainAfter(outcome, isStale: true);
                break;
            case Drained drained when isStale && _memory.IsCurrent(drained.Epoch):
                DrainAfter(outcome);
                break;
            case Drained drained when _memory.IsCurrent(drained.Epoch):
                _memory.Apply(drained);
                Forgive(_memory.Judge(outcome, drained.HadEvent));
                Continue(outcome);
                break;
            case PipelineRestarted:
                _parser.Tell(new Drain(_memory.Epoch));
                break;
            default:
                Obey(
                    message,
                    start: _memory.Want,
                    restart: reason => { _memory.Want(); DrainAfter(new AttemptOutcome.Abandoned(reason), isStale); },
                    stop: _memory.Unwant);
                break;
        }
    }

    private void Continue(AttemptOutcome outcome)
    {
        var next = _memory.IsWanted
            ? _retries.Decide(outcome, Options, Context.System.Scheduler.MonotonicClock)
            : new NextStep.Rest(_memory.StopReason, _commands.StateAtRest);
        switch (next)
        {
            case NextStep.ConnectNow now:
                if (now.ForgetsPosition)
                    _log.Warning("Stream {Stream}: {Reason}", Options.Name, now.Reason);
                Connect(now.Reason);
                break;
            case NextStep.ConnectLater later:
                BackOff(later);
                break;
            case NextStep.Rest rest:
                Rest(rest.State, rest.Reason);
                break;
        }
    }

    private void BackOff(NextStep.ConnectLater later)
    {
        // The timer runs before the state is seen: the time of a test may pass from then on.
        var waits = _retries.Waits(later.Delay);
        if (waits)
            Timers.StartSingleTimer(nameof(TimeIsUp), new TimeIsUp(), later.Delay);
        Become(BackingOff);
        Report(ConnectionState.BackingOff, later.Reason, later.Delay);
        if (!waits)
            BackingOff(new TimeIsUp());
    }

    private void BackingOff(object message)
    {
        if (message is TimeIsUp)
            Connect($"reconnect attempt {_memory.Failures}");
        else
            Waiting(message, start: () => { }, restart: Connect, stop: reason => Rest(_commands.StateAtRest, reason));
    }

    private void Connect(string reason)
    {
        Timers.CancelAll();
        _memory.ApplyUrl(Options, _log);
        _memory.Epoch++;
        _attempt.Start(Options);
        Report(ConnectionState.Connecting, reason);
        Become(Connecting);
    }

    // No attempt is under way. Chunks of earlier ones are still being handled; a router that crashed on one of them knows what is left.
    private void Waiting(object message, Action start, Action<string> restart, Action<string> stop)
    {
        switch (message)
        {
            case Credit credit:
                _memory.Credit += credit.Chunks;
                break;
            case PipelineRestarted:
                _parser.Tell(new Drain(_memory.Epoch));
                break;
            case Drained drained when _memory.IsCurrent(drained.Epoch):
                _memory.Apply(drained);
                break;
            default:
                Obey(message, start, restart, stop);
                break;
        }
    }

    private void Obey(object message, Action start, Action<string> restart, Action<string> stop)
    {
        if (!_commands.Obey(message, Sender, start, restart, stop))
            Unhandled(message);
    }

    private void Start(string reason)
    {
        if (Options is { Enabled: true, Lack: { } lack })
            Rest(ConnectionState.Failed, lack);
        else if (_commands.MayStart())
            Connect(reason);
    }

    private void StayAtRest(string reason)
    {
        if (Options.Enabled || _memory.State is ConnectionState.Disabled)
            PassOnDrain();
        else
            Rest(ConnectionState.Disabled, reason);
    }

    private void Rest(ConnectionState state, string reason)
    {
        Timers.CancelAll();
        _memory.Unwant(reason);
        Report(state, reason);
        Become(Resting);
        PassOnDrain();
    }

    private void PassOnDrain()
    {
        if (!_memory.DrainAsker.IsNobody())
            _parser.Tell(new DrainStream(_memory.StopReason), _memory.DrainAsker);
    }

    private static void Forgive(bool hadFailures)
    {
        if (hadFailures)
            Context.Parent.Tell(new AttemptsReset());
    }

    private void Report(ConnectionState state, string reason, TimeSpan? retryIn = null) => Context.Parent.Tell(_memory.Report(state, reason, retryIn));
}
