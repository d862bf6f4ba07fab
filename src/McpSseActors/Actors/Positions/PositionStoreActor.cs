using Akka.Actor;
using Akka.Event;
using McpSseActors.Handlers;
using McpSseActors.Positions;

namespace McpSseActors.Actors.Positions;

/// <summary>
/// Saves the positions of all streams: one save at a time, and what comes meanwhile goes with the next, of each stream the newest. The next begins
/// a moment after the last, because saving each position on its own costs more than handling the events before it, unless somebody waits for it.
/// A save that fails is tried again until it succeeds or a newer one takes its place.
/// </summary>
internal sealed class PositionStoreActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How many streams get their position at once: each needs a connection of a database, which takes longer to open than to use.</summary>
    public const int MostAcquisitions = 8;

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly IPositionStore _store;
    private readonly StoreCalls _calls;
    private readonly Dictionary<string, (SavePosition Save, IActorRef Stream)> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SavePosition> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ReleasePosition Request, IActorRef Stream)> _releases = new(StringComparer.Ordinal);
    private readonly Queue<(AcquirePosition Request, IActorRef Stream)> _acquisitions = new();
    private readonly HashSet<IActorRef> _acquiring = [];
    private readonly HashSet<IActorRef> _withdrawn = [];
    private Dictionary<string, (SavePosition Save, IActorRef Stream)> _underWay = [];
    private volatile bool _isSaving;
    private bool _isUrgent;
    private TimeSpan _begunAt;
    private TimeSpan _notBefore;
    private bool _isFailing;

    /// <param name="store">The store; outlives the actor.</param>
    /// <param name="limit">How long a call of the store may take.</param>
    public PositionStoreActor(IPositionStore store, TimeSpan limit)
    {
        _store = store;
        _calls = new StoreCalls("position store", limit);
        Receive<AcquirePosition>(request =>
        {
            _acquisitions.Enqueue((request, Sender));
            AcquireNext();
        });
        Receive<Acquired>(Answer);
        Receive<SavePosition>(save =>
        {
            _waiting[save.Stream] = (_waiting.TryGetValue(save.Stream, out var waiting) ? save.InPlaceOf(waiting.Save) : save, Sender);
            // Also what ends a trial: what comes next may kill the process, and is not to be taken for what was tried.
            _isUrgent |= save.IsConfirmation || save.Trial is not null || _last.GetValueOrDefault(save.Stream)?.Trial is not null;
            SaveNext();
        });
        Receive<Saved>(Apply);
        Receive<Failed>(Apply);
        Receive<TryAgain>(_ => SaveNext());
        Receive<ReleasePosition>(Release);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Starts the actor, if positions are stored.</summary>
    public static PositionSettings Start(IActorContext supervisor, IPositionStore? store, McpSseSetup setup) => store is null
        ? PositionSettings.None
        : new PositionSettings(supervisor.ActorOf(PropsByCall.Local(() => new PositionStoreActor(store, StoreCalls.LongestCall))), setup.OnStoreFailure)
        {
            AreNeeded = setup.Placement is not null,
            AreSavedByHandlers = store is HandlerSavedPositions,
        };

    protected override void PreStart()
    {
        if (_store is FilePositionStore { Damaged: > 0 } file)
            _log.Warning("The file of positions has {Damaged} damaged line(s), which are left out: the streams concerned may resume earlier than they could", file.Damaged);
    }

    // Thousands of calls at once would wait for a connection of the database longer than a call may take.
    private void AcquireNext()
    {
        while (_acquiring.Count < MostAcquisitions && _acquisitions.TryDequeue(out var next))
        {
            if (_withdrawn.Remove(next.Stream))
                continue;
            _acquiring.Add(next.Stream);
            _calls.CallAsync(async cancellation => new PositionAcquired(await _store.AcquireAsync(next.Request.Stream, cancellation).ConfigureAwait(false)))
                .PipeTo(
                    Self,
                    success: acquired => new Acquired(next.Stream, acquired),
                    failure: fault => new Acquired(next.Stream, new PositionUnavailable(_calls.Describe(fault))));
        }
    }

    private void Answer(Acquired acquired)
    {
        _acquiring.Remove(acquired.Stream);
        acquired.Stream.Tell(acquired.Answer);
        ReleaseAll();
        AcquireNext();
    }

    private void SaveNext()
    {
        if (_underWay.Count > 0 || _waiting.Count == 0 || Timers.IsTimerActive(nameof(TryAgain)))
            return;
        // One that took too long could come to its end last, and move the position back.
        if (_isSaving)
        {
            Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), RetryDelay);
            return;
        }

        var clock = Context.System.Scheduler.MonotonicClock;
        if (clock < _notBefore && !_isUrgent)
        {
            if (!Timers.IsTimerActive(nameof(SaveRest)))
                Timers.StartSingleTimer(nameof(SaveRest), new TryAgain(), _notBefore - clock);
            return;
        }

        _begunAt = clock;
        _isUrgent = false;
        _underWay = new(_waiting, StringComparer.Ordinal);
        _waiting.Clear();
        var now = Context.System.Scheduler.Now;
        var updates = _underWay.Values.Select(each => Update(each.Save, now)).ToArray();
        _isSaving = true;
        _calls.CallAsync(async cancellation => new Saved(await SaveAsync(updates, cancellation).ConfigureAwait(false), now))
            .PipeTo(Self, failure: fault => new Failed(fault));
    }

    private PositionUpdate Update(SavePosition save, DateTimeOffset now) => new(save.Stream, save.Token, new StoredPosition(
        new PositionText(save.Handled.Position)
        {
            Token = save.Token,
            Ahead = Expected(save),
            IsOpen = !_releases.ContainsKey(save.Stream),
            Trial = save.Trial,
        }.Write(), now));

    private async Task<IReadOnlyCollection<string>> SaveAsync(PositionUpdate[] updates, CancellationToken cancellation)
    {
        try
        {
            return await _store.SaveAsync(updates, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _isSaving = false;
        }
    }

    // If the process is killed, handlers have gone on since this save: as far, presumably, as since the last save and during this one.
    private long Expected(SavePosition save)
    {
        var before = _last.GetValueOrDefault(save.Stream) is { } last && last.Token == save.Token ? last.Handled.Handled : 0;
        _last[save.Stream] = save;
        return save.Handled.Ahead + (_releases.ContainsKey(save.Stream) ? 0 : 2 * (save.Handled.Handled - before));
    }

    // The last save says what is true, not what is presumed.
    private void Release(ReleasePosition release)
    {
        _releases[release.Stream] = (release, Sender);
        if (_acquisitions.Any(waiting => waiting.Stream.Equals(Sender)))
            _withdrawn.Add(Sender);
        _isUrgent = true;
        var last = release.Unsaved is { } unsaved ? new SavePosition(release.Stream, release.Token, unsaved) : _last.GetValueOrDefault(release.Stream);
        if (!release.IsRemoved && last?.Token == release.Token)
            _waiting.TryAdd(release.Stream, (last with { Trial = null }, Sender));
        SaveNext();
        ReleaseAll();
    }

    private void Apply(Saved saved)
    {
        if (_isFailing)
            _log.Info("The position store works again");
        _isFailing = false;
        var clock = Context.System.Scheduler.MonotonicClock;
        _notBefore = clock + SaveRest.After(clock - _begunAt);
        foreach (var (stream, (save, actor)) in _underWay)
            actor.Tell(saved.TakenOver.Contains(stream) ? new PositionTakenOver(save.Token) : new PositionSaved(saved.At) { Trial = save.Trial, IsConfirmation = save.IsConfirmation });
        _underWay.Clear();
        ReleaseAll();
        SaveNext();
    }

    private void Apply(Failed failed)
    {
        if (!_isFailing)
            _log.Error(failed.Fault, "The position store failed; trying again every {Seconds} s, and a new process resumes from the positions saved before", RetryDelay.TotalSeconds);
        _isFailing = true;
        foreach (var (stream, one) in _underWay)
        {
            if (!_waiting.TryAdd(stream, one))
                _waiting[stream] = _waiting[stream] with { Save = _waiting[stream].Save.InPlaceOf(one.Save) };
            one.Stream.Tell(new PositionNotSaved(_calls.Describe(failed.Fault)));
        }

        _underWay.Clear();
        Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), RetryDelay);
    }

    private void ReleaseAll()
    {
        foreach (var (stream, (request, actor)) in _releases.Where(
            each => !_waiting.ContainsKey(each.Key) && !_underWay.ContainsKey(each.Key) && !_acquiring.Contains(each.Value.Stream)).ToArray())
        {
            _releases.Remove(stream);
            _last.Remove(stream);
            if (request.IsRemoved)
                _calls.CallAsync(async cancellation =>
                {
                    await _store.RemoveAsync(stream, request.Token, cancellation).ConfigureAwait(false);
                    return new PositionReleased();
                }).PipeTo(actor, Self, failure: fault =>
                {
                    _log.Warning("The position of stream {Stream} is not removed, and is used if a stream of this name is added again: {Reason}", stream, _calls.Describe(fault));
                    return new PositionReleased();
                });
            else
                actor.Tell(new PositionReleased());
        }
    }

    private sealed record Acquired(IActorRef Stream, object Answer) : IPipelineMessage;

    private sealed record Saved(IReadOnlyCollection<string> TakenOver, DateTimeOffset At) : IPipelineMessage;

    private sealed record Failed(Exception Fault) : IPipelineMessage;

    private sealed record TryAgain : IPipelineMessage;
}
