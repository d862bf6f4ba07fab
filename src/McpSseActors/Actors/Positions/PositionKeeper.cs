using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Mcp;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Positions;

/// <summary>
/// The stored position of one stream: acquires it before the first attempt, saves it as the handlers go on, and releases it at the end.
/// Without a store it does nothing.
/// </summary>
internal sealed class PositionKeeper(IActorContext context, LiveOptions options, PositionSettings settings, McpState mcp, ILoggingAdapter log)
{
    private static readonly TimeSpan AcquireAgain = TimeSpan.FromSeconds(5);

    private const int MostDeferred = 100;

    private readonly Queue<(object Command, IActorRef Sender)> _deferred = new();
    private long _token;
    private StreamPosition _given = StreamPosition.Start;
    private (string Url, string Path) _source = ("", "");
    private bool _isAcquiring;
    private bool _isHolding;
    private Action? _onReleased;

    private string Stream => options.Value.Name;

    // The query may be secret, and changes with it.
    private string Source
    {
        get
        {
            if (_source.Url != options.Value.ServerUrl)
                _source = (options.Value.ServerUrl, Uri.TryCreate(options.Value.ServerUrl, UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Path) : "");
            return _source.Path;
        }
    }

    public required IActorRef Router { get; init; }

    public required IActorRef Connection { get; init; }

    public required IActorRef Stats { get; init; }

    /// <summary>Takes over the stream. Until it is ours, nothing starts.</summary>
    public void Acquire()
    {
        if (settings.Store.IsNobody())
            return;
        _isAcquiring = true;
        settings.Store.Tell(new AcquirePosition(Stream));
    }

    /// <summary>Whether a command has to wait until the stream is ours; it is sent again then. A stream that was taken over is taken back.</summary>
    public bool Defers(object command, IActorRef sender)
    {
        if (!_isAcquiring && _token == 0 && command is not StopStream)
            Acquire();
        if (_isAcquiring)
        {
            if (_deferred.Count == MostDeferred)
                _deferred.Dequeue();
            _deferred.Enqueue((command, sender));
        }

        return _isAcquiring;
    }

    /// <summary>Handles a message about the position; false for any other.</summary>
    public bool Handle(object message)
    {
        switch (message)
        {
            case PositionAcquired acquired:
                Resume(acquired.Lease);
                return true;
            case PositionUnavailable unavailable:
                TryAcquireAgain(unavailable.Reason);
                return true;
            case PositionHandled handled:
                Save(handled);
                return true;
            case PositionSaved saved:
                Show(saved.At, fault: null);
                Hold(false);
                return true;
            case PositionNotSaved failed:
                Show(savedAt: null, failed.Reason);
                Hold(settings.OnFailure is StoreFailure.Pause);
                return true;
            case PositionTakenOver:
                _token = 0;
                Connection.Tell(message);
                Show(savedAt: null, PositionTakenOver.Reason);
                return true;
            case PositionReleased or ReceiveTimeout when _onReleased is { } then:
                _onReleased = null;
                then();
                return true;
            default:
                return message is AcquirePosition retry && Retry(retry);
        }
    }

    /// <summary>Waits until everything is saved, and goes on; at once if nothing is to be saved.</summary>
    /// <param name="isRemoved">Whether the stream was removed, and its position with it.</param>
    /// <param name="then">What follows.</param>
    public void Release(bool isRemoved, Action then)
    {
        if (_token == 0)
        {
            then();
            return;
        }

        _onReleased = then;
        settings.Store.Tell(new ReleasePosition(Stream, _token, isRemoved));
        context.System.Scheduler.ScheduleTellOnce(settings.ReleaseLimit, context.Self, new PositionReleased(), ActorRefs.NoSender);
    }

    private bool Retry(AcquirePosition again)
    {
        settings.Store.Tell(again);
        return true;
    }

    private void Resume(PositionLease lease)
    {
        _token = lease.Token;
        if (!_isAcquiring)
        {
            Show(lease.Position?.SavedAt, fault: null);
            return;
        }

        if (Usable(lease.Position) is { } stored)
        {
            log.Info("Stream {Stream} resumes after {LastEventId}, saved {SavedAt:O}", Stream, Redact.Line(stored.Position.LastEventId), lease.Position!.SavedAt);
            mcp.WasListeningUntil(lease.Position.SavedAt);
            Begin(stored.Position, stored.Ahead);
            Show(lease.Position.SavedAt, fault: null);
        }
        else
        {
            Begin(new StreamPosition(options.Value.InitialLastEventId), repeats: 0);
            Show(savedAt: null, fault: null);
        }
    }

    private (StreamPosition Position, long Ahead)? Usable(StoredPosition? stored)
    {
        if (stored is null)
            return null;
        if (PositionText.Read(stored.Value) is not { } read)
        {
            log.Warning("Stream {Stream} starts without its stored position: this version cannot read it", Stream);
            return null;
        }

        if (read.Source == Source)
            return (read.Position, read.Ahead);
        log.Warning("Stream {Stream} starts without its stored position, which is one of {Other} and not of {Source}", Stream, Redact.Url(read.Source), Redact.Url(Source));
        return null;
    }

    private void Begin(StreamPosition position, long repeats)
    {
        _given = position;
        var resume = new ResumeAt(position, repeats);
        Router.Tell(resume);
        Connection.Tell(resume);
        _isAcquiring = false;
        while (_deferred.TryDequeue(out var deferred))
            context.Self.Tell(deferred.Command, deferred.Sender);
    }

    // Without the position, a stream would begin where the server likes, and lose what came meanwhile.
    private void TryAcquireAgain(string reason)
    {
        log.Warning("Stream {Stream} cannot read its stored position and tries again in {Seconds} s: {Reason}", Stream, AcquireAgain.TotalSeconds, reason);
        Show(savedAt: null, reason);
        context.System.Scheduler.ScheduleTellOnce(AcquireAgain, context.Self, new AcquirePosition(Stream), context.Self);
        if (settings.OnFailure is StoreFailure.Continue && _isAcquiring)
            Begin(new StreamPosition(options.Value.InitialLastEventId), repeats: 0);
    }

    private void Save(PositionHandled handled)
    {
        Stats.Tell(new PositionMoved(handled.Position.LastEventId));
        // Comments move nothing, and without IDs there is nothing to save.
        var isNew = handled.Position != _given;
        _given = handled.Position;
        if (_token != 0 && isNew)
            settings.Store.Tell(new SavePosition(Stream, _token, handled, Source));
    }

    private void Show(DateTimeOffset? savedAt, string? fault) => Stats.Tell(new PositionStoreReported(savedAt, fault));

    private void Hold(bool isHeld)
    {
        if (isHeld == _isHolding)
            return;
        _isHolding = isHeld;
        if (isHeld)
            log.Warning("Stream {Stream} reads no more until its position can be saved", Stream);
        Router.Tell(new HoldCredit(isHeld));
    }
}

/// <summary>Where positions are stored.</summary>
/// <param name="Store">The actor of the store; nobody for none.</param>
/// <param name="OnFailure">What a stream does while its position cannot be saved.</param>
internal sealed record PositionSettings(IActorRef Store, StoreFailure OnFailure)
{
    /// <summary>Positions are not stored.</summary>
    public static readonly PositionSettings None = new(ActorRefs.Nobody, StoreFailure.Continue);

    /// <summary>How long the end of a stream waits for its last position to be saved.</summary>
    public TimeSpan ReleaseLimit { get; init; } = TimeSpan.FromSeconds(5);
}
