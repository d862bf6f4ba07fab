using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Mcp;
using McpSseActors.Sse;

namespace McpSseActors.Actors;

/// <summary>
/// One stream: makes its four actors, hands each request to the one whose matter it is, and restarts them after a bug. What they must not
/// forget then lies in the memory objects that it gave them.
/// </summary>
internal sealed class StreamActor : UntypedActor
{
    /// <summary>The name of the router under its stream.</summary>
    public const string RouterName = "router";

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly LiveOptions _options;
    private readonly StateReporter _state;
    private readonly IActorRef _stats;
    private readonly IActorRef _router;
    private readonly IActorRef _parser;
    private readonly IActorRef _connection;
    private readonly HashSet<IActorRef> _gone = [];
    private readonly McpState _mcp;
    private string? _eventLog;
    private bool _isEventLogChanging;

    public StreamActor(LiveOptions live, PipelineSettings settings, IEnumerable<HandlerRegistration> handlers, IReadOnlyList<PayloadMapping> payloads, SharedByStreams shared)
    {
        _options = live;
        var options = live.Value;
        _eventLog = options.EnableEventLogging ? EventLoggingHandler.Registration.Name : null;
        var registry = new HandlerRegistry();
        foreach (var handler in options.EnableEventLogging ? handlers.Prepend(EventLoggingHandler.Registration) : handlers)
            registry.Add(handler, isTaken: _ => false);
        var routerMemory = new RouterMemory(options, settings);
        var connectionMemory = new ConnectionMemory
        {
            Url = Url,
            Position = new StreamPosition(options.InitialLastEventId),
            Credit = settings.ChunksInFlight,
        };

        _stats = Context.ActorOf(StatsActor.Props(live, settings), "stats");
        _router = Context.ActorOf(RouterActor.Props(live, settings, routerMemory, registry, _stats), RouterName);
        _parser = Context.ActorOf(ParserActor.Props(live, settings, payloads, _router), "parser");
        _state = new StateReporter(options.Name, Context.System, _stats);
        var stats = _stats;
        _mcp = new McpState(options.Name, options.Mcp, Context.GetLogger(LogSources.Client), status => stats.Tell(new McpChanged(status)));
        if (options.Transport != TransportNames.Plain)
            _stats.Tell(new McpChanged(_mcp.Status));
        _connection = Context.ActorOf(
            ConnectionActor.Props(live, settings, connectionMemory, _state, () => McpTransports.Create(live.Value, _mcp, shared.Eras), _parser, shared.Pace), "connection");

        foreach (var child in Context.GetChildren())
            Context.Watch(child);
    }

    private Uri Url => Uri.TryCreate(_options.Value.ServerUrl, UriKind.Absolute, out var url) ? url : new Uri("about:blank");

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated stopped:
                Fail(stopped);
                break;
            case StartStream or StopStream or RestartStream:
                Forward(_connection, message);
                break;
            case ShutDown:
                Forward(_gone.Contains(_connection) ? _router : _connection, message);
                break;
            case PipelineRestarted:
                _connection.Forward(message);
                break;
            case AddHandler or RemoveHandler or GetHandlers:
                Forward(_router, message);
                break;
            case Reconfigure changed:
                Take(changed);
                break;
            case HandlerAdded eventLog:
                EventLogIs(eventLog.Name);
                break;
            case HandlerRemoved:
                EventLogIs(null);
                break;
            case Status.Failure:
                _isEventLogChanging = false;
                break;
            case EndStream:
                End();
                break;
            default:
                if (!IsOnMcp(message))
                    Forward(_stats, message);
                break;
        }
    }

    private bool IsOnMcp(object message)
    {
        switch (message)
        {
            case SubscribeResources more:
                Want(wanted => wanted with { Resources = [.. wanted.Resources.Union(more.Uris)] });
                return true;
            case UnsubscribeResources less:
                Want(wanted => wanted with { Resources = [.. wanted.Resources.Except(less.Uris)] });
                return true;
            case SetMcpSubscriptions all:
                Want(_ => all.Subscriptions);
                return true;
            case GetMcpSubscriptions:
                OnMcp(() => Sender.Tell(_mcp.Describe()));
                return true;
            default:
                return false;
        }
    }

    public static Props Props(LiveOptions options, PipelineSettings settings, IEnumerable<HandlerRegistration> handlers, IReadOnlyList<PayloadMapping> payloads, SharedByStreams shared) =>
        QuietMailbox.For(() => new StreamActor(options, settings, handlers, payloads, shared));

    // The statistics lose a report rather than all of their counters.
    protected override SupervisorStrategy SupervisorStrategy() =>
        _log.Supervise(_options.Value.Name, fault => Sender.Equals(_stats) ? Directive.Resume : Akka.Actor.SupervisorStrategy.DefaultDecider.Decide(fault));

    protected override void PreStart()
    {
        WarnOfRisks();
        if (_options.Value.Enable)
            _connection.Tell(new StartStream(), ActorRefs.Nobody);
    }

    private void WarnOfRisks()
    {
        var options = _options.Value;
        if (!options.Enable)
            return;
        if (SendsSecretsInTheClear(options))
            _log.Warning("Stream {Stream} sends its credentials unencrypted: {Url} is plain http and not this machine; use https", options.Name, Redact.Url(Url));
    }

    private bool SendsSecretsInTheClear(StreamOptions options) => Url.Scheme == Uri.UriSchemeHttp && !Url.IsLoopback
        && (options.AuthKey.Length > 0 || options.Credentials is not null
            || options.CustomHeaders.Keys.Contains("Authorization", StringComparer.OrdinalIgnoreCase));

    // Answered when the server has answered, or at once while there is none.
    private void Want(Func<McpSubscriptions, McpSubscriptions> change) => OnMcp(() => _mcp.WantAsync(change).PipeTo(Sender));

    private void OnMcp(Action request)
    {
        if (_options.Value.Transport == TransportNames.Plain)
            Sender.Tell(new Status.Failure(new InvalidOperationException($"Stream {_options.Value.Name} is a plain event stream: it has no MCP subscriptions.")));
        else
            request();
    }

    // The connection is told last, so that everyone knows of the options by which the next epoch is read.
    private void Take(Reconfigure changed)
    {
        var before = _options.Value;
        _options.Value = changed.Options;
        foreach (var child in new[] { _stats, _router, _parser, _connection })
            child.Tell(changed);
        if (changed.Options.Mcp != before.Mcp)
            _ = _mcp.WantAsync(_ => changed.Options.Mcp.Subscriptions);
        ChangeEventLog();
        if (changed.Reach is KeyReach.Connection || !before.Enable)
            WarnOfRisks();
    }

    // One change at a time: only the answer tells the name that the router gave it.
    private void ChangeEventLog()
    {
        var isWanted = _options.Value.EnableEventLogging;
        if (_isEventLogChanging || isWanted == _eventLog is not null)
            return;
        _isEventLogChanging = true;
        _router.Tell(isWanted ? new AddHandler(EventLoggingHandler.Registration) : new RemoveHandler(_eventLog!));
    }

    private void EventLogIs(string? name)
    {
        _eventLog = name;
        _isEventLogChanging = false;
        ChangeEventLog();
    }

    // What was asked before is answered before: the actors stop behind it.
    private void End()
    {
        Become(message =>
        {
            if (message is Terminated)
                StopBehindTheLast();
        });
        foreach (var child in Context.GetChildren())
            child.Tell(PoisonPill.Instance);
        StopBehindTheLast();
    }

    private void StopBehindTheLast()
    {
        if (!Context.GetChildren().Any())
            Context.Stop(Self);
    }

    // Everyone gets an answer, also when who should give it has stopped for good.
    private void Forward(IActorRef child, object message)
    {
        if (!_gone.Contains(child))
            child.Forward(message);
        else if (message is ShutDown)
            Sender.Tell(new ShutDownCompleted(0));
        else
            Sender.Tell(new Status.Failure(new InvalidOperationException(
                $"The {child.Path.Name} of stream {_options.Value.Name} has stopped after an internal fault: the stream takes no more of this until its host is restarted.")));
    }

    // An actor that cannot even be started again has a bug that no retry mends. The stream must not look alive then.
    private void Fail(Terminated stopped)
    {
        if (!_gone.Add(stopped.ActorRef))
            return;
        var actor = stopped.ActorRef.Path.Name;
        _log.Error("The {Actor} of stream {Stream} has stopped for good after an internal fault", actor, _options.Value.Name);
        _gone.Add(_connection);
        Context.Stop(_connection);
        _state.Change(ConnectionState.Failed, $"the {actor} stopped after an internal fault; the log has the details", Url, 0);
    }
}
