using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Stats;
using McpSseActors.Actors.Streams;
using McpSseActors.Connections;
using McpSseActors.Mcp;

namespace McpSseActors.Actors;

/// <summary>At the top: one child a stream. It finds the stream that a request is about, and lets streams come and go.</summary>
internal sealed partial class McpSseSupervisor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly Dictionary<string, StreamEntry> _streams = new(StringComparer.Ordinal);
    private readonly StateBoard _states = new();
    private readonly McpSseSetup _setup;
    private readonly PipelineSettings _settings;
    private readonly SharedByStreams _shared;
    private readonly Readiness _readiness;
    private bool _isShuttingDown;

    public McpSseSupervisor(McpSseSetup setup)
    {
        _setup = setup;
        _settings = PipelineSettings.Create(Context.System.Settings.Config);
        _shared = new SharedByStreams(new ReconnectLimiter(_settings.ReconnectsPerSecond), new McpEras());
        _readiness = new Readiness([.. setup.Streams.Where(s => s.Enable).Select(s => s.Name)], _log);
        Receive<IStreamRequest>(Forward);
        Receive<GetAllStats>(_ => AskAll());
        Receive<GetStreams>(_ => Sender.Tell(new StreamList([.. Present.Select(s => s.Name).Order(StringComparer.Ordinal)])));
        Receive<SubscribeStates>(Subscribe);
        Receive<UnsubscribeStates>(_ => Sender.Tell(new StatesUnsubscribed(Unsubscribe(Sender))));
        Receive<StreamStateChanged>(Note);
        ComingAndGoing();
        Reloading();
        Receive<Terminated>(gone => Unsubscribe(gone.ActorRef));
        Receive<DeadLetter>(CountLost);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(McpSseSetup setup) => Akka.Actor.Props.Create(() => new McpSseSupervisor(setup));

    protected override void PreStart()
    {
        _log.Info("MCP SSE manager initialised with {Streams} stream(s)", _setup.Streams.Length);
        Context.System.EventStream.Subscribe(Self, typeof(StreamStateChanged));
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        WakeScheduler();
        foreach (var stream in _setup.Streams)
            StartStream(stream, _setup.FileOf(stream.Name));
        StartReloading();
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        foreach (var stream in _streams.Values)
            Answer(stream, new Status.Failure(ShuttingDown()));
    }

    // It begins with its first timer, and whoever sets one waits until a thread of the pool has taken it up. Streams by the thousand would take
    // all threads to wait for it.
    private static void WakeScheduler() => Context.System.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => { });

    /// <summary>The streams that can be asked for.</summary>
    private IEnumerable<StreamEntry> Present => _streams.Values.Where(s => !s.IsLeaving);

    private void Forward(IStreamRequest request)
    {
        if (Find(request.Stream) is { } stream)
            stream.Actor.Forward(request);
        else
            Sender.Tell(NotFound(request.Stream));
    }

    private StreamEntry? Find(string? name)
    {
        if (name is null)
            return Present.Take(2).ToArray() is [var only] ? only : null;
        return _streams.TryGetValue(name, out var stream) && !stream.IsLeaving ? stream : null;
    }

    private Status.Failure NotFound(string? name) => new(new StreamNotFoundException(Explain(name)));

    private string Explain(string? name)
    {
        var present = Present.Select(s => s.Name).Order(StringComparer.Ordinal).ToArray();
        var names = present.Length == 0 ? "there are none" : $"there are: {string.Join(", ", present)}";
        if (name is null)
            return $"Say which stream is meant; {names}.";
        return _streams.ContainsKey(name) ? $"Stream '{name}' is being removed; {names}." : $"There is no stream named '{name}'; {names}.";
    }

    // One that cannot answer shall not hide the others. The asker's own time must not run out before ours does.
    private void AskAll()
    {
        var limit = _settings.AskTimeout / 2;
        var asked = Present.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => s.Name).ToArray();
        Task.WhenAll(asked.Select(name => StatsAsync(_streams[name].Actor, limit))).PipeTo(Sender, success: answers => new AllStats([.. answers.OfType<StreamStats>()])
        {
            Missing = [.. asked.Except(answers.OfType<StreamStats>().Select(s => s.Stream))],
        });
    }

    private static async Task<StreamStats?> StatsAsync(IActorRef stream, TimeSpan limit)
    {
        try
        {
            return await stream.Ask<StreamStats>(new GetStats(), limit).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Subscribe(SubscribeStates request)
    {
        if (request.Stream is { } name && Find(name) is null)
        {
            Sender.Tell(NotFound(name));
            return;
        }

        Sender.Tell(new StatesSubscribed(_states.Last(request.Stream)));
        Context.Watch(Sender);
        _states.Subscribe(Sender, request.Stream);
    }

    private bool Unsubscribe(IActorRef subscriber)
    {
        Context.Unwatch(subscriber);
        return _states.Unsubscribe(subscriber);
    }

    private void Note(StreamStateChanged change)
    {
        _states.Publish(change);
        _readiness.Note(change);
    }

    // What a stream's router has sent, and not what anyone else has passed on.
    private void CountLost(DeadLetter letter)
    {
        var (from, events) = letter.Message switch
        {
            McpEvent { IsComment: false } received => (received.Stream, 1),
            McpEventBatch batch => (batch.Stream, batch.CountEvents()),
            _ => ("", 0),
        };
        if (events > 0 && _streams.TryGetValue(from, out var stream) && letter.Sender.Path.Equals(stream.Actor.Path / StreamActor.RouterName))
            stream.Actor.Tell(new EventsDropped(EventsDropped.HandlerStopped, events));
    }
}
