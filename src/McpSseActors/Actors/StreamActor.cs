using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
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
    private readonly string _name;
    private readonly Uri _url;
    private readonly StateReporter _state;
    private readonly bool _startsAtOnce;
    private readonly IActorRef _stats;
    private readonly IActorRef _router;
    private readonly IActorRef _connection;

    public StreamActor(StreamOptions options, PipelineSettings settings, IEnumerable<HandlerRegistration> handlers)
    {
        _name = options.Name;
        _startsAtOnce = options.Enable;
        _url = Uri.TryCreate(options.ServerUrl, UriKind.Absolute, out var url) ? url : new Uri("about:blank");
        var registry = new HandlerRegistry();
        foreach (var handler in handlers)
            registry.Add(handler, isTaken: _ => false);
        var routerMemory = new RouterMemory(options.InitialLastEventId, settings.ResumeWindow);
        var connectionMemory = new ConnectionMemory
        {
            Url = _url,
            LastEventId = options.InitialLastEventId,
            Credit = settings.ChunksInFlight,
        };

        _stats = Context.ActorOf(StatsActor.Props(options, settings), "stats");
        _router = Context.ActorOf(RouterActor.Props(options, settings, routerMemory, registry, _stats), RouterName);
        var parser = Context.ActorOf(ParserActor.Props(options, settings, _router), "parser");
        _state = new StateReporter(options.Name, Context.System, _stats);
        _connection = Context.ActorOf(
            ConnectionActor.Props(options, settings, connectionMemory, _state, () => new SseTransport(options), parser), "connection");

        foreach (var child in Context.GetChildren())
            Context.Watch(child);

        Receive<Terminated>(Fail);
        Receive<StartStream>(_connection.Forward);
        Receive<StopStream>(_connection.Forward);
        Receive<RestartStream>(_connection.Forward);
        Receive<ShutDown>(_connection.Forward);
        Receive<PipelineRestarted>(_connection.Forward);
        Receive<AddHandler>(_router.Forward);
        Receive<RemoveHandler>(_router.Forward);
        Receive<GetHandlers>(_router.Forward);
        ReceiveAny(_stats.Forward);
    }

    public static Props Props(StreamOptions options, PipelineSettings settings, IEnumerable<HandlerRegistration> handlers) =>
        Akka.Actor.Props.Create(() => new StreamActor(options, settings, handlers));

    // The statistics lose a report rather than all of their counters.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(fault => Sender.Equals(_stats) ? Directive.Resume : Akka.Actor.SupervisorStrategy.DefaultDecider.Decide(fault));

    // An actor that cannot even be started again has a bug that no retry mends. The stream must not look alive then.
    private void Fail(Terminated gone)
    {
        _log.Error("The {Actor} of stream {Stream} has stopped for good after an internal fault", gone.ActorRef.Path.Name, _name);
        Context.Stop(_connection);
        _state.Change(ConnectionState.Failed, $"the {gone.ActorRef.Path.Name} stopped after an internal fault; the log has the details", _url, 0);
    }

    protected override void PreStart()
    {
        if (_startsAtOnce)
            _connection.Tell(new StartStream(), ActorRefs.Nobody);
    }
}
