using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Actors.Streams;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Mcp;
using McpSseActors.Sse;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors;

/// <summary>
/// One stream. Creates its four actors, forwards each request to the one it concerns, and restarts them after a bug; what they must not forget
/// is in the memory objects that it gives them. Owns the state of the stream, and ends the stream on one message.
/// <code>
/// Running ──EndStream──► Draining ──handled, or time is up──► Stopping ──last child stopped──► (stopped)
/// </code>
/// </summary>
internal sealed class StreamActor : UntypedActor
{
    /// <summary>The name of the router below its stream.</summary>
    public const string RouterName = "router";

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly LiveOptions _options;
    private readonly PipelineSettings _settings;
    private readonly bool _isEnabledByStart;
    private readonly StateReporter _state;
    private readonly McpSubscriber _mcp;
    private readonly EventLogSwitch _eventLog;
    private readonly PositionKeeper? _position;
    private readonly IActorRef _deadLetters;
    private readonly IActorRef _stats;
    private readonly IActorRef _router;
    private readonly IActorRef _parser;
    private readonly IActorRef _connection;
    private readonly HashSet<IActorRef> _stopped = [];
    private StreamDrain? _drain;

    public StreamActor(LiveOptions live, PipelineSettings settings, bool isEnabledByStart,
        IEnumerable<HandlerRegistration> handlers, IReadOnlyList<PayloadMapping> payloads, SharedByStreams shared)
    {
        _options = live;
        _settings = settings;
        _isEnabledByStart = isEnabledByStart;
        _deadLetters = shared.DeadLetters;
        var options = live.Value;
        var registry = new HandlerRegistry();
        foreach (var handler in options.EnableEventLogging ? handlers.Prepend(EventLoggingHandler.Registration) : handlers)
            registry.Add(handler, isTaken: _ => false);
        var connectionMemory = new ConnectionMemory(settings.ChunksInFlight) { Url = Url, Position = new StreamPosition(options.InitialLastEventId) };

        var stats = _stats = Context.ActorOf(StatsActor.Props(live, settings), "stats");
        _router = Context.ActorOf(RouterActor.Props(
            live, settings, new RouterMemory(options, settings), registry, _stats, shared.DeadLetters, payloads), RouterName);
        _parser = Context.ActorOf(ParserActor.Props(live, settings, payloads, _router), "parser");
        _state = new StateReporter(options.Name, Context.System, _stats, live.Gate);
        _eventLog = new EventLogSwitch(_router, options.EnableEventLogging);
        var (log, metrics, webhooks) = (Context.GetLogger(LogSources.Client), new StreamMetrics(live, Context.System), WebhookDirectory.Of(Context.System));
        var mcp = new McpState(options.Name, live.Listen, log, status => stats.Tell(new McpChanged(status)), live.Gate, metrics) { Webhooks = webhooks };
        _mcp = new McpSubscriber(live, mcp, shared.Stored);
        if (options.Transport != StreamTransport.Sse)
            _stats.Tell(new McpChanged(mcp.Status));
        _connection = Context.ActorOf(
            ConnectionActor.Props(
                live, settings, connectionMemory, () => McpTransports.Create(live.Value, mcp, shared.Eras), _parser, shared.Reconnects),
            "connection");

        if (!shared.Positions.Store.IsNobody())
            _position = new PositionKeeper(Context, live, shared.Positions, mcp, _log, new StreamPipeline(_router, _connection, _stats));

        foreach (var child in Context.GetChildren())
            Context.Watch(child);
    }

    public static Props Props(LiveOptions options, PipelineSettings settings, bool isEnabledByStart,
        IEnumerable<HandlerRegistration> handlers, IReadOnlyList<PayloadMapping> payloads, SharedByStreams shared) =>
        QuietMailbox.For(() => new StreamActor(options, settings, isEnabledByStart, handlers, payloads, shared));

    private Uri Url => Uri.TryCreate(_options.Value.ServerUrl, UriKind.Absolute, out var url) ? url : new Uri("about:blank");

    // The statistics lose a report rather than all of their counters.
    protected override SupervisorStrategy SupervisorStrategy() =>
        _log.Supervise(_options.Value.Name, fault => Sender.Equals(_stats) ? Directive.Resume : Akka.Actor.SupervisorStrategy.DefaultDecider.Decide(fault));

    protected override void PreStart()
    {
        StreamRisks.Warn(_options.Value, _log);
        _position?.Acquire();
        var start = new StartStream();
        if (_options.Value.Enabled && _position?.Defers(start, ActorRefs.Nobody) != true)
            _connection.Tell(start, ActorRefs.Nobody);
    }

    protected override void PostStop()
    {
        _drain?.Cancel();
        _position?.RefuseDeferred();
        _mcp.End();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StartStream or StopStream or RestartStream when _position?.Defers(message, Sender) == true:
                break;
            case StartStream or StopStream or RestartStream:
                if (_isEnabledByStart && !_options.Value.Enabled && message is not StopStream)
                    ApplyOptions(new Reconfigure(_options.Value with { Enabled = true }, KeyReach.Connection));
                Forward(_connection, message);
                break;
            case AddHandler or RemoveHandler or GetHandlers:
                Forward(_router, message);
                break;
            case GetSettings:
                Sender.Tell(new StreamSettings(_options.Value.Name,
                    [.. _options.Value.GetSettings().Select(setting => new ShownSetting(setting.Key, setting.RedactedValue, setting.IsDefault))]));
                break;
            case ReportState report:
                Publish(report);
                break;
            case RedeliverDeadLetter redeliver:
                Redeliver(redeliver);
                break;
            case PipelineRestarted:
                _connection.Forward(message);
                break;
            case Reconfigure changed:
                ApplyOptions(changed);
                break;
            case Terminated stopped:
                Fail(stopped.ActorRef);
                break;
            case EndStream end:
                Drain(end);
                break;
            case ShutDownCompleted drained when _drain is { } drain && _position is { } position:
                position.Release(drain.Request.IsRemoved, () => Stop(drain, drained));
                break;
            case ShutDownCompleted drained when _drain is { } drain:
                Stop(drain, drained);
                break;
            case StreamDrain.TimedOut when _drain is not null:
                CountUnhandled(_drain);
                break;
            default:
                if (_position?.Handle(message) != true && !_eventLog.Handle(message) && !_mcp.Handle(message, Sender))
                    Forward(_stats, message);
                break;
        }
    }

    // Every request gets an answer, also when the actor that should give it has stopped for good.
    private void Forward(IActorRef child, object message)
    {
        if (!_stopped.Contains(child))
            child.Forward(message);
        else
            Sender.Tell(new Status.Failure(new InvalidOperationException(
                $"The {child.Path.Name} of stream {_options.Value.Name} has stopped after an internal fault: the stream takes no more of this until its host is restarted.")));
    }

    private void Redeliver(RedeliverDeadLetter request)
    {
        if (_state.Current is ConnectionState.Stopped or ConnectionState.Failed or ConnectionState.Disabled)
            Sender.Tell(new DeadLetterRedelivered(request.Letter.Id, $"stream '{_options.Value.Name}' is {_state.Current}: start it first"));
        else
            _router.Forward(request);
    }

    // The connection of a stream that has failed may have reported before it was stopped.
    private void Publish(ReportState report)
    {
        if (_stopped.Count == 0)
            _state.Publish(report);
    }

    // An actor that cannot even be restarted has a bug that no retry fixes. The stream must not look alive then.
    private void Fail(IActorRef stopped)
    {
        var isFirst = _stopped.Count == 0;
        if (!_stopped.Add(stopped))
            return;
        var actor = stopped.Path.Name;
        _log.Error("The {Actor} of stream {Stream} has stopped for good after an internal fault", actor, _options.Value.Name);
        _stopped.Add(_connection);
        Context.Stop(_connection);
        if (stopped.Equals(_router))
            _deadLetters.Tell(new RedeliveriesEnded(_options.Value.Name, $"the router of stream '{_options.Value.Name}' has stopped after an internal fault"));
        if (isFirst)
            _state.Publish(new ReportState(ConnectionState.Failed, $"the {actor} stopped after an internal fault; the log has the details", Url, 0));
        AskToDrain();
    }

    // The connection is told last, so that the others know the options by which the next epoch is read.
    private void ApplyOptions(Reconfigure changed)
    {
        var before = _options.Value;
        _options.Value = changed.Options;
        foreach (var child in new[] { _stats, _router, _parser, _connection })
            child.Tell(changed);
        _mcp.ApplyOptions(before, changed.Options);
        _eventLog.Set(changed.Options.EnableEventLogging);
        if (changed.Reach is KeyReach.Connection || !before.Enabled)
            StreamRisks.Warn(_options.Value, _log);
    }

    private void Drain(EndStream end)
    {
        var options = _options.Value;
        var limit = options.ShutdownTimeout < _settings.ShutdownLimit ? options.ShutdownTimeout : _settings.ShutdownLimit;
        _drain ??= new StreamDrain(Context, Sender, end, limit);
        AskToDrain();
    }

    // The connection passes the request on, through the parser, to the router, which answers when nothing is in flight.
    private void AskToDrain()
    {
        if (_drain is null)
            return;
        if (!_stopped.Contains(_connection))
            _connection.Tell(_drain.Request);
        else if (!_stopped.Contains(_router))
            _router.Tell(_drain.Request);
        else
            Self.Tell(new ShutDownCompleted(0));
    }

    private void CountUnhandled(StreamDrain drain)
    {
        drain.IsOverdue = true;
        var limit = _settings.AskTimeout / 2;
        CountAsync(_stats.Ask<StreamStats>(new GetStats(), limit), _router.Ask<UnfinishedHandlers>(new GetUnfinishedHandlers(), limit))
            .PipeTo(Self, failure: _ => new ShutDownCompleted(0));

        static async Task<ShutDownCompleted> CountAsync(Task<StreamStats> stats, Task<UnfinishedHandlers> handlers) =>
            new((await stats.ConfigureAwait(false)).InFlight) { Handlers = (await handlers.ConfigureAwait(false)).Names };
    }

    // What was asked before is answered before: each actor stops after the messages that are in its mailbox.
    private void Stop(StreamDrain drain, ShutDownCompleted drained)
    {
        drain.Cancel();
        if (drain.IsOverdue && (drained.Unhandled > 0 || !drained.Handlers.IsEmpty))
            _log.Warning("Stream {Stream} stops with {Unhandled} event(s) not handled within the shutdown_timeout of {Timeout} s; unfinished handlers, which are canceled: {Handlers}",
                _options.Value.Name, drained.Unhandled, drain.Limit.TotalSeconds, string.Join(", ", drained.Handlers));
        drain.Asker.Tell(new StreamDrained(drained.Unhandled));
        Become(message =>
        {
            if (message is Terminated)
                StopAfterTheLast();
            else if (message is IStreamRequest)
                Sender.Tell(StreamEnding.Reply);
        });
        foreach (var child in Context.GetChildren())
            child.Tell(PoisonPill.Instance);
        StopAfterTheLast();
    }

    private void StopAfterTheLast()
    {
        if (!Context.GetChildren().Any())
            Context.Stop(Self);
    }
}
