using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.DeadLetters;

namespace McpSseActors.Actors.Streams;

/// <summary>
/// The part of the supervisor that stores streams: it restores them when the host starts, and stores or removes one before the supervisor adds or
/// removes it. Requests that a stored stream may answer wait until all are restored, or for a while.
/// </summary>
/// <param name="context">The supervisor.</param>
/// <param name="stored">What is stored.</param>
/// <param name="streams">The streams that there are.</param>
/// <param name="log">The log.</param>
/// <param name="start">Starts a stream.</param>
internal sealed class PersistentStreams(IActorContext context, StoredStreams stored, StreamDirectory streams, ILoggingAdapter log, Action<StreamOptions> start)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly IActorRef _self = context.Self;
    private readonly List<(object Request, IActorRef Sender)> _waiting = [];
    private bool _isAwaited;
    private bool _isOver;

    /// <summary>Gets why the stored streams cannot be read now; null if they can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Begins to restore.</summary>
    /// <param name="patience">How long requests wait.</param>
    public void Begin(TimeSpan patience)
    {
        if (!stored.IsUsed)
            return;
        _isAwaited = true;
        if (stored.Damaged > 0)
            log.Warning("The file of streams has {Damaged} damaged line(s), which are left out: as many streams may be lost", stored.Damaged);
        context.System.Scheduler.ScheduleTellOnce(patience, _self, new StoreAnswered(EndWait), ActorRefs.NoSender);
        Load();
    }

    /// <summary>The host stops: nothing is restored any more, so nobody waits for it.</summary>
    public void End()
    {
        _isOver = true;
        EndWait();
    }

    /// <summary>Whether a request may be about a stream that is not restored yet.</summary>
    public bool MayAnswer(object request) => _isAwaited && request switch
    {
        AddStream or RemoveStream or GetStreams => true,
        IStreamRequest { Stream: var name } => streams.Find(name) is null,
        SubscribeStates { Stream: { } name } => streams.Find(name) is null,
        RedeliverDeadLetter redeliver => streams.Find(redeliver.Letter.Event.Stream) is null,
        _ => false,
    };

    public void Defer(object request, IActorRef sender) => _waiting.Add((request, sender));

    /// <summary>Stores a stream, and adds it then.</summary>
    public void Add(StreamOptions options, IActorRef asker, Action<StreamOptions, IActorRef> add)
    {
        streams.Reserve(options.Name);
        After(stored.AddAsync(options), fault =>
        {
            streams.Release(options.Name);
            if (fault is null && !_isOver)
                add(options, asker);
            else
                asker.Tell(new Status.Failure(fault ?? StreamDirectory.ShuttingDown()));
            if (fault is null && _isOver)
                _ = stored.RemoveAsync(options.Name);
        });
    }

    /// <summary>Removes a stream from the store, if it is there, and has the request handled then.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Remove(RemoveStream request, IActorRef asker)
    {
        if (request.Stream is null || !stored.Has(request.Stream))
            return false;
        After(stored.RemoveAsync(request.Stream), fault =>
        {
            if (fault is not null)
                asker.Tell(new Status.Failure(fault));
            else if (streams.Get(request.Stream) is null)
                asker.Tell(new StreamRemoved(request.Stream, true));
            else
                _self.Tell(request, asker);
        });
        return true;
    }

    /// <summary>Gives a stream the subscriptions that are stored for it.</summary>
    public void RestoreSubscriptions(StreamEntry stream)
    {
        var (subscriptions, areOutOfDate) = stored.SubscriptionsOf(stream.Options);
        if (areOutOfDate)
            log.Warning("Stream {Stream} starts without its stored subscriptions: others are configured since they were stored", stream.Name);
        else if (subscriptions is not null)
            stream.Actor.Tell(new RestoreSubscriptions(subscriptions));
    }

    private void Load() => stored.LoadAsync().PipeTo(
        _self,
        success: loaded => new StoreAnswered(() => Restore(loaded)),
        failure: fault => new StoreAnswered(() => TryAgain(fault)));

    private void Restore(ImmutableArray<RestoredStream> loaded)
    {
        if (Fault is not null)
            log.Info("The store of streams works again");
        Fault = null;
        var present = streams.All.ToArray();
        foreach (var stream in _isOver ? [] : loaded)
            Restore(stream);
        foreach (var stream in present)
            RestoreSubscriptions(stream);
        EndWait();
    }

    private void Restore(RestoredStream stream)
    {
        if (stream.Failure is { } failure)
            log.Error(failure, "OnRestore failed for stream {Stream}", stream.Name);
        if (streams.HolderOf(stream.Name) is { } holder)
        {
            log.Warning("Stream {Stream} is stored, but {Source} has a stream of this name, which is used instead", stream.Name, holder.File ?? "code");
        }
        else if (stream.Options is { } options)
        {
            log.Info("Stream {Stream}, which was added at run time, is restored", stream.Name);
            start(options);
        }
        else
        {
            log.Error("Stream {Stream}, which was added at run time, is not restored: {Reason}. It stays stored until it is removed or added again", stream.Name, stream.Fault);
        }
    }

    private void TryAgain(Exception fault)
    {
        if (Fault is null)
            log.Error(fault, "The streams that were added at run time can't be restored; trying again every {Seconds} s", RetryDelay.TotalSeconds);
        Fault = stored.Describe(fault);
        EndWait();
        if (!_isOver)
            context.System.Scheduler.ScheduleTellOnce(RetryDelay, _self, new StoreAnswered(Load), ActorRefs.NoSender);
    }

    private void EndWait()
    {
        _isAwaited = false;
        foreach (var (request, sender) in _waiting)
            _self.Tell(request, sender);
        _waiting.Clear();
    }

    private void After(Task call, Action<Exception?> then) => call.PipeTo(
        _self,
        success: () => new StoreAnswered(() => then(null)),
        failure: fault => new StoreAnswered(() => then(fault)));
}

/// <summary>Store of streams to supervisor: an answer.</summary>
/// <param name="Then">What follows from it, to be done by the supervisor.</param>
internal sealed record StoreAnswered(Action Then) : IPipelineMessage;

/// <summary>Supervisor to stream: ask for what is stored.</summary>
internal sealed record RestoreSubscriptions(McpSubscriptions Subscriptions) : IPipelineMessage;

/// <summary>Health check to supervisor. Reply: <see cref="StreamStoreHealth"/>.</summary>
internal sealed record GetStreamStoreHealth : IPipelineMessage;

/// <summary>The health of the store of streams.</summary>
/// <param name="Fault">Why the stored streams cannot be read now; null if they can.</param>
internal sealed record StreamStoreHealth(string? Fault) : IPipelineMessage;
