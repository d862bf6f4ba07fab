using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Messages;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors;

/// <summary>What the supervisor starts with.</summary>
/// <param name="Streams">The streams, valid, each with a name of its own.</param>
/// <param name="Handlers">The handlers, each for one stream or, with null, for every one.</param>
internal sealed record McpSseSetup(ImmutableArray<StreamOptions> Streams, ImmutableArray<(HandlerRegistration Handler, string? Stream)> Handlers)
{
    /// <summary>What payloads are, each for one stream or, with null, for every one; the first that fits a type counts.</summary>
    public ImmutableArray<(PayloadMapping Mapping, string? Stream)> Payloads { get; init; } = [];

    /// <summary>The payloads of a stream.</summary>
    public PayloadMapping[] PayloadsOf(string stream) => [.. Payloads.Where(p => p.Stream is null || p.Stream == stream).Select(p => p.Mapping)];
}

/// <summary>At the top: one child a stream. It finds the stream that a request is about, and does no work itself.</summary>
internal sealed class McpSseSupervisor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly Dictionary<string, IActorRef> _streams = new(StringComparer.Ordinal);
    private readonly HashSet<string> _notSettled = new(StringComparer.Ordinal);
    private readonly McpSseSetup _setup;
    private readonly PipelineSettings _settings;
    private readonly ReconnectPace _pace;
    private int _connected;

    public McpSseSupervisor(McpSseSetup setup)
    {
        _setup = setup;
        _settings = PipelineSettings.Create(Context.System.Settings.Config);
        _pace = new ReconnectPace(_settings.ReconnectsPerSecond);
        Receive<GetAllStats>(_ => AskAll());
        Receive<IStreamRequest>(Forward);
        Receive<ShutDown>(_ => ShutDownAll());
        Receive<StreamStateChanged>(Settle);
        Receive<DeadLetter>(CountLost);
    }

    public static Props Props(McpSseSetup setup) => Akka.Actor.Props.Create(() => new McpSseSupervisor(setup));

    protected override void PreStart()
    {
        _log.Info("MCP SSE manager initialised with {Streams} stream(s)", _setup.Streams.Length);
        Context.System.EventStream.Subscribe(Self, typeof(StreamStateChanged));
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        foreach (var stream in _setup.Streams)
            StartStream(stream);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void StartStream(StreamOptions options)
    {
        var handlers = _setup.Handlers.Where(h => h.Stream is null || h.Stream == options.Name).Select(h => h.Handler);
        if (options.EnableEventLogging)
            handlers = handlers.Prepend(EventLoggingHandler.Registration);
        if (options.Enable)
            _notSettled.Add(options.Name);
        else
            _log.Info("Stream {Stream} is disabled: it does not connect", options.Name);
        _streams.Add(options.Name, Context.ActorOf(StreamActor.Props(options, _settings, [.. handlers], _setup.PayloadsOf(options.Name), _pace), options.Name));
    }

    private void Forward(IStreamRequest request)
    {
        if (Find(request.Stream) is { } stream)
            stream.Forward(request);
        else
            Sender.Tell(new Status.Failure(new StreamNotFoundException(Explain(request.Stream))));
    }

    private IActorRef? Find(string? name)
    {
        if (name is null)
            return _streams.Count == 1 ? _streams.Values.Single() : null;
        return _streams.GetValueOrDefault(name);
    }

    private string Explain(string? name)
    {
        var names = _streams.Count == 0 ? "there are none" : $"there are: {string.Join(", ", _streams.Keys.Order(StringComparer.Ordinal))}";
        return name is null ? $"Say which stream is meant; {names}." : $"There is no stream named '{name}'; {names}.";
    }

    private void AskAll()
    {
        var answers = _streams.Values.Select(s => s.Ask<StreamStats>(new GetStats(), _settings.AskTimeout)).ToArray();
        Task.WhenAll(answers).PipeTo(
            Sender,
            success: all => new AllStats([.. all.OrderBy(s => s.Stream, StringComparer.Ordinal)]),
            failure: fault => new Status.Failure(fault));
    }

    private void ShutDownAll()
    {
        var answers = _setup.Streams.Select(async stream =>
        {
            try
            {
                return await _streams[stream.Name].Ask<ShutDownCompleted>(ShutDown.Instance, stream.ShutdownTimeout).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                var stats = await _streams[stream.Name].Ask<StreamStats>(new GetStats(), _settings.AskTimeout).ConfigureAwait(false);
                _log.Warning("Stream {Stream} stops with {Unhandled} event(s) not handled within the shutdown_timeout of {Timeout} s",
                    stream.Name, stats.InFlight, stream.ShutdownTimeout.TotalSeconds);
                return new ShutDownCompleted(stats.InFlight);
            }
        }).ToArray();
        Task.WhenAll(answers).PipeTo(Sender, success: all => new ShutDownCompleted(all.Sum(a => a.Unhandled)), failure: fault => new Status.Failure(fault));
    }

    // Ready is said once, when every stream has had its first success or failure.
    private void Settle(StreamStateChanged change)
    {
        if (change.NewState is ConnectionState.Connecting or ConnectionState.Idle || !_notSettled.Remove(change.Stream))
            return;
        _connected += change.NewState is ConnectionState.Connected ? 1 : 0;
        if (_notSettled.Count > 0)
            return;
        var enabled = _setup.Streams.Count(s => s.Enable);
        if (_connected == enabled)
            _log.Info("MCP SSE is ready: {Connected} of {Streams} stream(s) connected", _connected, enabled);
        else
            _log.Warning("MCP SSE has started, but only {Connected} of {Streams} stream(s) connected at the first attempt", _connected, enabled);
    }

    // What a stream's router has sent, and not what anyone else has passed on.
    private void CountLost(DeadLetter letter)
    {
        IReadOnlyList<McpEvent> lost = letter.Message switch
        {
            McpEvent received => [received],
            McpEventBatch batch => batch.Events,
            _ => [],
        };
        var events = lost.Count(received => !received.IsComment);
        if (events > 0 && _streams.TryGetValue(lost[0].Stream, out var stream) && letter.Sender.Path.Equals(stream.Path / StreamActor.RouterName))
            stream.Tell(new EventsDropped(EventsDropped.HandlerStopped, events));
    }
}
