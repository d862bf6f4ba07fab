using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Streams;
using McpSseActors.Configuration;
using McpSseActors.DeadLetters;

namespace McpSseActors.Actors;

/// <summary>The root: one child for each stream. Finds the stream of a request, and starts, changes and ends streams.</summary>
internal sealed class McpSseSupervisor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly StreamDirectory _streams = new();
    private readonly McpSseSetup _setup;
    private readonly PipelineSettings _settings;
    private readonly StreamFactory _factory;
    private readonly IActorRef _states;
    private readonly IActorRef _letters;
    private readonly PersistentStreams _persistent;
    private readonly PlacedStreams _placed;
    private IActorRef _shutDownAsker = ActorRefs.Nobody;
    private bool _isShuttingDown;

    public McpSseSupervisor(McpSseSetup setup, Stores stores)
    {
        _setup = setup;
        _settings = PipelineSettings.Create(Context.System.Settings.Config).With(setup);
        _letters = DeadLetterActor.Start(Context, stores.DeadLetters, setup, _settings);
        var stored = new StoredStreams(stores.Streams, setup.Restore);
        _factory = new StreamFactory(setup, _settings, PositionStoreActor.Start(Context, stores.Positions, setup), _letters, stored);
        _persistent = new PersistentStreams(Context, stored, _streams, _log, options => _placed!.Start(new DefinedStream(options, IsEnabledByStart: true)));
        _placed = new PlacedStreams(setup, _streams, Run);
        _states = Context.ActorOf(StatesActor.Props([.. setup.Streams.Where(s => s.Enabled && !_placed.IsUsed).Select(s => s.Name)]));
        var reload = Context.ActorOf(ReloadActor.Props(setup.Files, _settings, Self));
        Receive<object>(request => _persistent.Defer(request, Sender), _persistent.MayAnswer);
        Receive<IStreamRequest>(Forward);
        // The caller's timeout must not expire before this one.
        Receive<GetAllStats>(_ => StatsOfAll.AskAsync(_streams.Present, _streams.Lost, _settings.AskTimeout / 2).PipeTo(Sender));
        Receive<GetStreams>(_ => Sender.Tell(new StreamList(_streams.Names)));
        Receive<SubscribeStates>(Subscribe);
        Receive<UnsubscribeStates>(_states.Forward);
        Receive<ReloadConfiguration>(reload.Forward);
        Receive<ApplyChanges>(Apply);
        Receive<IDeadLetterRequest>(_letters.Forward);
        Receive<RedeliverDeadLetter>(request => _streams.Forward(request, Sender, _placed.IsUsed));
        Receive<DeadLetterCounted>(counted => _streams.Get(counted.Stream)?.Actor.Tell(counted));
        Receive<AddStream>(Add);
        Receive<RemoveStream>(Remove);
        Receive<IPlacement>(message => _placed.Handle(message, Sender));
        Receive<StoreAnswered>(answer => answer.Then());
        Receive<GetStreamStoreHealth>(_ => Sender.Tell(new StreamStoreHealth(_persistent.Fault)));
        Receive<ShutDown>(_ => EndAll());
        Receive<StreamDrained>(Drained);
        Receive<Overdue>(overdue => overdue.Stream.Explain(_log));
        Receive<Terminated>(Forget);
        Receive<DeadLetter>(letter => StreamEnding.Answer(letter, Self));
        Receive<DeadLetter>(letter => LostEvents.Count(letter, _streams));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(McpSseSetup setup, Stores stores) => QuietMailbox.For(() => new McpSseSupervisor(setup, stores));

    // States and letters survive a bug of the actor that owns them.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(fault => Sender.Equals(_states) || Sender.Equals(_letters) ? Directive.Resume : Akka.Actor.SupervisorStrategy.DefaultDecider.Decide(fault));

    protected override void PreStart()
    {
        _log.Info("MCP SSE manager initialised with {Streams} stream(s)", _setup.Streams.Length);
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        StreamFactory.WakeScheduler(Context.System.Scheduler);
        foreach (var stream in _setup.Streams)
            _placed.Start(new DefinedStream(stream, _setup.FileOf(stream.Name)));
        _persistent.Begin(_settings.AskTimeout / 2);
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        foreach (var stream in _streams.All)
            stream.AnswerAskers(new Status.Failure(StreamDirectory.ShuttingDown()));
    }

    private void Forward(IStreamRequest request)
    {
        if (_streams.Find(request.Stream) is { } stream)
            stream.Actor.Forward(request);
        else
            Sender.Tell(new Status.Failure(_streams.NotFound(request.Stream)));
    }

    private void Subscribe(SubscribeStates request)
    {
        if (request.Stream is { } name && _streams.Find(name) is null)
            Sender.Tell(new Status.Failure(_streams.NotFound(name)));
        else
            _states.Forward(request);
    }

    private void Add(AddStream request)
    {
        if ((_isShuttingDown ? StreamDirectory.ShuttingDown() : _streams.Reject(request)) is { } fault)
        {
            Sender.Tell(new Status.Failure(fault));
            return;
        }

        var options = request.Options with { Name = StreamName.Of(request.Options) };
        if (request.Persist)
            _persistent.Add(options, Sender, Add);
        else
            Add(options, Sender);
    }

    private void Add(StreamOptions options, IActorRef asker)
    {
        _log.Info("Stream {Stream} is added", options.Name);
        _placed.Start(new DefinedStream(options, IsEnabledByStart: true));
        asker.Tell(new StreamAdded(options.Name));
    }

    private void Run(DefinedStream stream)
    {
        var options = stream.Options;
        if (!options.Enabled)
            _log.Info("Stream {Stream} is disabled: it does not connect", options.Name);
        _factory.WarnOfLimit(options, _log);
        _states.Tell(new ShowStream(options.Name));
        var actor = Context.Watch(Context.ActorOf(_factory.Props(options, stream.IsEnabledByStart), options.Name));
        _persistent.RestoreSubscriptions(_streams.Add(new StreamEntry(options, stream.File, actor)));
    }

    private void Apply(ApplyChanges changes)
    {
        if ((_isShuttingDown ? StreamDirectory.ShuttingDown() : _streams.Reject(changes)) is { } fault)
        {
            Sender.Tell(new ChangesRejected(fault));
            return;
        }

        _setup.NotifyReloaded(changes.Options, _log);
        foreach (var difference in changes.Differences)
            Apply(difference, changes.Path);
        Sender.Tell(new ChangesApplied());
    }

    private void Apply(StreamDifference difference, string path)
    {
        var options = difference.Options;
        _placed.Apply(difference, path);
        var stream = _streams.HolderOf(options.Name);
        if (difference.Change.Kind is ConfigurationChangeKind.Removed)
            RemoveFor(path, stream);
        else if (stream is null)
            _placed.Start(new DefinedStream(options, path));
        else if (stream.IsLeaving)
            stream.Successor = (options, path);
        else
            Change(stream, options, difference.Reach);
    }

    private void Change(StreamEntry stream, StreamOptions options, KeyReach reach)
    {
        stream.Options = options;
        _factory.WarnOfLimit(options, _log);
        stream.Actor.Tell(new Reconfigure(options, reach));
    }

    // A stream that has left the file may have been removed before, and another may have its name.
    private void RemoveFor(string path, StreamEntry? stream)
    {
        if (stream?.BelongsTo(path) is not true)
            return;
        stream.Successor = null;
        Remove(stream);
    }

    private void Remove(RemoveStream request)
    {
        if (_persistent.Remove(request, Sender))
            return;
        if (request.Stream is null || _streams.Get(request.Stream) is not { } stream)
        {
            _streams.ForgetLost(request.Stream);
            Sender.Tell(new StreamRemoved(request.Stream ?? "", false));
            return;
        }

        stream.Askers.Add(Sender);
        stream.Successor = null;
        Remove(stream);
        if (stream.Unhandled is not null)
            ExplainLater(stream);
    }

    private void Remove(StreamEntry stream)
    {
        if (stream.IsLeaving)
            return;
        stream.IsLeaving = true;
        _log.Info("Stream {Stream} is being removed", stream.Name);
        stream.End(_placed.End);
    }

    private void EndAll()
    {
        _isShuttingDown = true;
        _persistent.End();
        _shutDownAsker = Sender;
        foreach (var stream in _streams.All)
            stream.End(EndStream.HostStops);
        AnswerShutDown();
    }

    private void Drained(StreamDrained drained)
    {
        if (_streams.Get(Sender.Path.Name) is not { } stream || !stream.Actor.Equals(Sender))
            return;
        stream.Unhandled = drained.Unhandled;
        ExplainLater(stream);
        AnswerShutDown();
    }

    private void ExplainLater(StreamEntry stream)
    {
        if (stream.IsLeaving && !Timers.IsTimerActive(stream))
            Timers.StartSingleTimer(stream, new Overdue(stream), _settings.AskTimeout);
    }

    private void Forget(Terminated stopped)
    {
        if (_streams.Get(stopped.ActorRef.Path.Name) is not { } stream || !stream.Actor.Equals(stopped.ActorRef))
            return;
        Timers.Cancel(stream);
        _streams.Remove(stream);
        _states.Tell(new HideStream(stream.Name));
        _letters.Tell(new RedeliveriesEnded(stream.Name, $"stream '{stream.Name}' has ended"));
        if (stream.IsLeaving)
            _log.Info("Stream {Stream} {End}", stream.Name, _placed.Ended);
        else if (!stream.IsEnding)
            _streams.Lose(stream.Name, _log, _placed.AfterLoss);
        stream.AnswerAskers(new StreamRemoved(stream.Name, true));
        AnswerShutDown();
        if (stream.Successor is { } successor && !_isShuttingDown)
            _placed.Start(new DefinedStream(successor.Options, successor.File));
    }

    private void AnswerShutDown()
    {
        if (!_isShuttingDown || _streams.All.Any(stream => stream.Unhandled is null))
            return;
        _shutDownAsker.Tell(new ShutDownCompleted(_streams.All.Sum(stream => stream.Unhandled ?? 0)));
        _shutDownAsker = ActorRefs.Nobody;
    }

    /// <summary>A stream is drained, but has not stopped.</summary>
    private sealed record Overdue(StreamEntry Stream) : IPipelineMessage;
}
