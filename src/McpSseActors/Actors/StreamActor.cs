using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Messages;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors;

/// <summary>
/// One stream: makes its four actors, hands each request to the one whose matter it is, and restarts them after a bug. What they must not
/// forget then lies in the memory objects that it gave them.
/// </summary>
internal sealed class StreamActor : ReceiveActor
{
    /// <summary>The name of the router under its stream.</summary>
    public const string RouterName = "router";

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly Uri _url;
    private readonly StateReporter _state;
    private readonly IActorRef _stats;
    private readonly IActorRef _router;
    private readonly IActorRef _connection;
    private readonly HashSet<IActorRef> _gone = [];
    private readonly StreamOptions _options;

    public StreamActor(StreamOptions options, PipelineSettings settings, IEnumerable<HandlerRegistration> handlers, IReadOnlyList<PayloadMapping> payloads, ReconnectPace pace)
    {
        _options = options;
        _url = Uri.TryCreate(options.ServerUrl, UriKind.Absolute, out var url) ? url : new Uri("about:blank");
        var registry = new HandlerRegistry();
        foreach (var handler in handlers)
            registry.Add(handler, isTaken: _ => false);
        var routerMemory = new RouterMemory(options, settings);
        var connectionMemory = new ConnectionMemory
        {
            Url = _url,
            LastEventId = options.InitialLastEventId,
            Credit = settings.ChunksInFlight,
        };

        _stats = Context.ActorOf(StatsActor.Props(options, settings), "stats");
        _router = Context.ActorOf(RouterActor.Props(options, settings, routerMemory, registry, _stats), RouterName);
        var parser = Context.ActorOf(ParserActor.Props(options, settings, payloads, _router), "parser");
        _state = new StateReporter(options.Name, Context.System, _stats);
        _connection = Context.ActorOf(
            ConnectionActor.Props(options, settings, connectionMemory, _state, () => new SseTransport(options), parser, pace), "connection");

        foreach (var child in Context.GetChildren())
            Context.Watch(child);

        Receive<Terminated>(Fail);
        Receive<StartStream>(command => Forward(_connection, command));
        Receive<StopStream>(command => Forward(_connection, command));
        Receive<RestartStream>(command => Forward(_connection, command));
        Receive<ShutDown>(asked => Forward(_gone.Contains(_connection) ? _router : _connection, asked));
        Receive<PipelineRestarted>(_connection.Forward);
        Receive<AddHandler>(command => Forward(_router, command));
        Receive<RemoveHandler>(command => Forward(_router, command));
        Receive<GetHandlers>(query => Forward(_router, query));
        ReceiveAny(query => Forward(_stats, query));
    }

    public static Props Props(StreamOptions options, PipelineSettings settings, IEnumerable<HandlerRegistration> handlers, IReadOnlyList<PayloadMapping> payloads, ReconnectPace pace) =>
        Akka.Actor.Props.Create(() => new StreamActor(options, settings, handlers, payloads, pace));

    // The statistics lose a report rather than all of their counters.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(fault => Sender.Equals(_stats) ? Directive.Resume : Akka.Actor.SupervisorStrategy.DefaultDecider.Decide(fault));

    protected override void PreStart()
    {
        if (!_options.Enable)
            return;
        if (SendsSecretsInTheClear())
            _log.Warning("Stream {Stream} sends its credentials unencrypted: {Url} is plain http and not this machine; use https", _options.Name, Redact.Url(_url));
        _connection.Tell(new StartStream(), ActorRefs.Nobody);
    }

    private bool SendsSecretsInTheClear() => _url.Scheme == Uri.UriSchemeHttp && !_url.IsLoopback
        && (_options.AuthKey.Length > 0 || _options.Credentials is not null
            || _options.CustomHeaders.Keys.Contains("Authorization", StringComparer.OrdinalIgnoreCase));

    // Everyone gets an answer, also when who should give it has stopped for good.
    private void Forward(IActorRef child, object message)
    {
        if (!_gone.Contains(child))
            child.Forward(message);
        else if (message is ShutDown)
            Sender.Tell(new ShutDownCompleted(0));
        else
            Sender.Tell(new Status.Failure(new InvalidOperationException(
                $"The {child.Path.Name} of stream {_options.Name} has stopped after an internal fault: the stream takes no more of this until its host is restarted.")));
    }

    // An actor that cannot even be started again has a bug that no retry mends. The stream must not look alive then.
    private void Fail(Terminated stopped)
    {
        if (!_gone.Add(stopped.ActorRef))
            return;
        var actor = stopped.ActorRef.Path.Name;
        _log.Error("The {Actor} of stream {Stream} has stopped for good after an internal fault", actor, _options.Name);
        _gone.Add(_connection);
        Context.Stop(_connection);
        _state.Change(ConnectionState.Failed, $"the {actor} stopped after an internal fault; the log has the details", _url, 0);
    }
}
