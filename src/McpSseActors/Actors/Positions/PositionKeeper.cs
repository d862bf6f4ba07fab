using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Mcp;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Positions;

/// <summary>
/// The stored position of one stream, from its acquisition before the first attempt to its release at the end: passes each message about it to
/// the part that it concerns. Without a store it does nothing.
/// </summary>
internal sealed class PositionKeeper
{
    private readonly IActorContext _context;
    private readonly LiveOptions _options;
    private readonly PositionSettings _settings;
    private readonly McpState _mcp;
    private readonly ILoggingAdapter _log;
    private readonly StreamPipeline _pipeline;
    private readonly PositionOwnership _ownership;
    private readonly DeferredCommands _deferred = new();
    private readonly NewestPosition _newest = new();
    private readonly PositionHold _hold;
    private readonly PositionRelease _release;
    private StreamPosition _given = StreamPosition.Start;
    private PositionHandled _moved = new(StreamPosition.Start, 0, 0);
    private bool _isUnavailable;
    private Trial? _trial;

    public PositionKeeper(IActorContext context, LiveOptions options, PositionSettings settings, McpState mcp, ILoggingAdapter log, StreamPipeline pipeline)
    {
        (_context, _options, _settings, _mcp, _log, _pipeline) = (context, options, settings, mcp, log, pipeline);
        _ownership = new PositionOwnership(context, settings.Store, Stream);
        _hold = new PositionHold(pipeline.Router, log, Stream);
        _release = new PositionRelease(context, settings);
    }

    private string Stream => _options.Value.Name;

    private TimeSpan Now => _context.System.Scheduler.MonotonicClock;

    /// <summary>Takes over the stream. Until it is ours, nothing starts.</summary>
    public void Acquire() => _ownership.Acquire();

    /// <summary>Whether a command has to wait until the stream is ours; it is sent again then. A stream that was taken over is taken back.</summary>
    public bool Defers(object command, IActorRef sender)
    {
        if (command is not StopStream)
            _ownership.Acquire();
        if (_ownership.IsAwaited)
            _deferred.Add(command, sender);
        return _ownership.IsAwaited;
    }

    /// <summary>Handles a message about the position; false for any other.</summary>
    public bool Handle(object message)
    {
        switch (message)
        {
            case PositionAcquired or PositionUnavailable when _release.IsWaiting:
                return true;
            case PositionAcquired acquired:
                Own(acquired.Lease);
                return true;
            case PositionUnavailable unavailable:
                GoWithout(unavailable.Reason);
                return true;
            case AcquirePosition:
                _ownership.Ask();
                return true;
            case GoBack back:
                _ownership.Own(back.Token);
                Follow(back.To);
                return true;
            case PositionHandled handled:
                Save(_newest.Offer(handled, Now));
                return true;
            case SaveTrial trial:
                Save(trial);
                return true;
            case OwnershipInDoubt:
                Confirm();
                return true;
            case PositionSaved saved:
                // The position before what is tried was saved before.
                Show(saved.Trial is null ? saved.At : null, fault: null);
                if (saved.IsConfirmation)
                    Confirmed();
                if (saved.Trial is not null && ReferenceEquals(saved.Trial, _trial))
                    _pipeline.Router.Tell(new TrialSaved());
                _hold.Set(false);
                Save(_newest.Answered(Now));
                return true;
            case PositionNotSaved failed:
                Show(savedAt: null, failed.Reason);
                if (_settings.OnFailure is StoreFailure.Continue)
                    _pipeline.Router.Tell(new TrialSaved());
                _hold.Set(_settings.OnFailure is StoreFailure.Pause);
                Save(_newest.Answered(Now));
                return true;
            case PositionTakenOver lost:
                Lose(lost);
                return true;
            case PositionReleased released:
                if (released.IsOverdue && _release.IsWaiting)
                    _log.Warning("Stream {Stream} stops without its last position, which was not stored within {Seconds} s: a new process gets the last events again", Stream, _release.Limit.TotalSeconds);
                _release.End();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Waits until everything is saved, or the store has answered who owns the stream, and goes on; at once if nothing is under way.</summary>
    /// <param name="isRemoved">Whether the stream was removed, and its position with it.</param>
    /// <param name="then">What follows.</param>
    public void Release(bool isRemoved, Action then)
    {
        Save(_newest.Take());
        if (_ownership.IsAsked || _ownership.IsOwner)
            _release.Begin(new ReleasePosition(Stream, _ownership.Token, isRemoved) { Unsaved = _settings.AreSavedByHandlers && _moved.Handled > 0 ? _moved : null }, End);
        else
            End();

        void End()
        {
            RefuseDeferred();
            then();
        }
    }

    /// <summary>The stream has stopped: it does not become ours any more.</summary>
    public void RefuseDeferred() => _deferred.Refuse();

    private void Own(PositionLease lease)
    {
        _isUnavailable = false;
        var point = ResumePoint.Of(_options.Value, lease.Position, lease.Token);
        if (point.Refusal is not null)
            _log.Warning("Stream {Stream} starts without its stored position: {Reason}", Stream, point.Refusal);
        if (point.Since is { } since)
        {
            _log.Info("Stream {Stream} resumes after {LastEventId}, saved {SavedAt:O}", Stream, Redact.Line(point.Position.LastEventId), since);
            // The clock may have been set back since.
            var now = _context.System.Scheduler.Now;
            _mcp.WasListeningUntil(since < now ? since : now);
        }

        Show(point.Since, fault: null);
        if (!_ownership.IsAwaited && point.Since is not null)
        {
            GoBackTo(point, lease.Token);
            return;
        }

        _ownership.Own(lease.Token);
        if (_ownership.IsAwaited)
            Begin(point);
        else if (!_settings.AreSavedByHandlers && !IsStart(_given))
            _settings.Store.Tell(new SavePosition(Stream, lease.Token, _moved with { Position = _given }), _context.Self);
    }

    // The stream began without it. Until the router has gone back, a position that it reached is not saved: it would take the place of the stored one,
    // and what came before the start would be lost.
    private void GoBackTo(ResumePoint point, long token)
    {
        var resume = Resume(point);
        _pipeline.Router.Tell(new GoBack(resume, token), _context.Self);
        _pipeline.Connection.Tell(resume);
        _pipeline.Connection.Tell(new PipelineRestarted("router") { Reason = "the stored position can be read again" });
    }

    // Without the position, a stream would begin where the server likes, and lose what came meanwhile.
    private void GoWithout(string reason)
    {
        if (!_isUnavailable)
            _log.Warning("Stream {Stream} cannot read its stored position and tries again every {Seconds} s: {Reason}", Stream, PositionOwnership.RetryDelay.TotalSeconds, reason);
        _isUnavailable = true;
        Show(savedAt: null, reason);
        _ownership.AskLater();
        // Handlers that save positions need the store as well; and in a cluster, the stream has run elsewhere.
        if (_settings is { OnFailure: StoreFailure.Continue, AreSavedByHandlers: false, AreNeeded: false } && _ownership.IsAwaited)
            Begin(ResumePoint.Of(_options.Value));
    }

    private void Begin(ResumePoint point)
    {
        var resume = Resume(point);
        Follow(resume);
        _pipeline.Router.Tell(resume);
        _pipeline.Connection.Tell(resume);
        _ownership.EndWait();
        _deferred.SendTo(_context.Self);
    }

    private ResumeAt Resume(ResumePoint point) =>
        new(point.Position with { Of = StreamIdentity.Of(_options.Value) }, point.Repeats, Ticket(), point.Suspects, point.IsOpen) { HasSilentOwner = point.HasSilentOwner };

    private void Follow(ResumeAt resume)
    {
        (_given, _moved, _trial) = (resume.Position, new PositionHandled(resume.Position, 0, 0), null);
        _newest.Reset();
    }

    private void Save(PositionHandled? handled)
    {
        if (handled is null)
            return;
        // Comments move nothing, and without IDs there is nothing to save.
        if (Move(handled) && _ownership.IsOwner && !_settings.AreSavedByHandlers)
            _settings.Store.Tell(new SavePosition(Stream, _ownership.Token, handled) { Trial = _trial }, _context.Self);
        else
            Save(_newest.Answered(Now));
    }

    private bool Move(PositionHandled handled)
    {
        var stays = handled.IsAgain && handled.Position == _given;
        if (!stays)
            _pipeline.Stats.Tell(new PositionMoved(handled.Position.LastEventId));
        // The beginning of another source does not take the place of a position.
        var isStart = IsStart(handled.Position);
        var isNew = stays ? !isStart && handled.Ahead > _moved.Ahead : handled.Position != _given && (!isStart || handled.Position.Of == _given.Of);
        (_moved, _given) = (handled, handled.Position);
        _trial = stays ? _trial : null;
        return isNew;
    }

    private static bool IsStart(StreamPosition position) => position with { Of = null } == StreamPosition.Start;

    // Its events follow the newest position.
    private void Save(SaveTrial trial)
    {
        if (_newest.Take() is { } newest)
            Move(newest);
        var handled = new PositionHandled(_given, trial.Ahead, trial.Handled);
        (_moved, _trial) = (handled, trial.Trial);
        if (_ownership.IsOwner)
            _settings.Store.Tell(new SavePosition(Stream, _ownership.Token, handled) { Trial = trial.Trial }, _context.Self);
        else
            _pipeline.Router.Tell(new TrialSaved());
    }

    // A save says whether another has taken over the stream. Handlers that save positions say so themselves.
    private void Confirm()
    {
        if (_ownership.IsOwner && !_settings.AreSavedByHandlers)
            _settings.Store.Tell(new SavePosition(Stream, _ownership.Token, _moved with { Position = _given }) { IsConfirmation = true, Trial = _trial }, _context.Self);
        else
            Confirmed();
    }

    private void Confirmed()
    {
        _pipeline.Router.Tell(new OwnershipConfirmed());
        _pipeline.Connection.Tell(new PipelineRestarted("router") { Reason = "the process did not run for a while" });
    }

    // Events of a former ownership may still be handled.
    private void Lose(PositionTakenOver lost)
    {
        if (lost.Token != _ownership.Token)
            return;
        _ownership.Lose();
        _pipeline.Connection.Tell(lost);
        _context.Parent.Tell(lost, _context.Self);
        Show(savedAt: null, PositionTakenOver.Reason);
    }

    private PositionTicket? Ticket()
    {
        var stream = _context.Self;
        var token = _ownership.Token;
        return _settings.AreSavedByHandlers
            ? new PositionTicket(_options, token, _context.System.Scheduler, () => stream.Tell(new PositionTakenOver(token), ActorRefs.NoSender))
            : null;
    }

    private void Show(DateTimeOffset? savedAt, string? fault) => _pipeline.Stats.Tell(new PositionStoreReported(savedAt, fault));
}

/// <summary>The actors of a stream that its position concerns.</summary>
internal sealed record StreamPipeline(IActorRef Router, IActorRef Connection, IActorRef Stats);

/// <summary>Where positions are stored.</summary>
/// <param name="Store">The actor of the store; nobody for none.</param>
/// <param name="OnFailure">What a stream does while its position cannot be saved.</param>
internal sealed record PositionSettings(IActorRef Store, StoreFailure OnFailure)
{
    /// <summary>Positions are not stored.</summary>
    public static readonly PositionSettings None = new(ActorRefs.Nobody, StoreFailure.Continue);

    /// <summary>Whether handlers save them, and the library only adds to them.</summary>
    public bool AreSavedByHandlers { get; init; }

    /// <summary>Whether a stream waits for its position whatever <see cref="OnFailure"/> says, because another node has run it.</summary>
    public bool AreNeeded { get; init; }

    /// <summary>How long the end of a stream waits for its last position to be saved.</summary>
    public TimeSpan ReleaseLimit { get; init; } = TimeSpan.FromSeconds(5);
}
