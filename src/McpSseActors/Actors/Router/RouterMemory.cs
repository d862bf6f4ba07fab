using System.Text;
using Akka.Actor;
using McpSseActors.Actors.Positions;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>What a router must not forget when it is restarted. Used by that actor alone.</summary>
internal sealed class RouterMemory(StreamOptions options, PipelineSettings settings)
{
    /// <summary>A server repeats at most what it keeps of a type, which is mostly less.</summary>
    private const int FewestSeen = 10_000;

    /// <summary>What handlers may finish between two saves beyond all expectation, above all in the first moments of a process.</summary>
    private const int Allowance = HandledPosition.MostUntold;

    /// <summary>What a stream that began without its position may have missed, at most, in events.</summary>
    private const int MostMissed = 100_000;

    private SeenOccurrences? _seen;
    private PositionTicket? _ticket;
    private bool _isMissing;
    private byte[] _repeatsUntil = [];
    private long _repeatsLeft;

    /// <summary>The position after the last event that was dispatched.</summary>
    public StreamPosition Position { get; set; } = new(options.InitialLastEventId);

    /// <summary>Gets or sets the ID of the last repeat, as long as nothing new followed it on this connection; otherwise null.</summary>
    public string? LastRepeat { get; set; }

    /// <summary>The IDs that were dispatched last.</summary>
    public ResumeWindow Window { get; private set; } = new(settings.ResumeWindow);

    /// <summary>The events of an MCP subscription that were dispatched last.</summary>
    public SeenOccurrences Seen => _seen ??= new SeenOccurrences(settings.ResumeWindow == 0 ? 0 : Math.Max(settings.ResumeWindow, FewestSeen));

    /// <summary>The handlers of each event type.</summary>
    public RoutingTable Table { get; } = new(options.SubscribedEvents, settings.MaxEventTypes);

    /// <summary>The batches in flight, and the handlers that they wait for.</summary>
    public DeliveryTracker Deliveries { get; } = new();

    /// <summary>The events that were given up, until they are kept as dead letters, by the letters' IDs.</summary>
    public Dictionary<string, GivenUp> GivenUp => field ??= new(StringComparer.Ordinal);

    /// <summary>The position up to which everything is handled; null if nobody stores it.</summary>
    public HandledPosition? Handled { get; set; }

    /// <summary>Tries the events that may have killed the process; null if nobody stores positions.</summary>
    public Trials? Trials { get; private set; }

    /// <summary>The events still to come that a process before this one has presumably delivered.</summary>
    public long ExpectedRepeats { get; set; }

    /// <summary>The events still to come that it may have delivered.</summary>
    public long PossibleRepeats { get; set; }

    /// <summary>Whether the next events may have been delivered before.</summary>
    public bool ExpectsRepeats => PossibleRepeats > 0 || _repeatsUntil.Length > 0;

    /// <summary>The way back for the credit of handled chunks.</summary>
    public CreditReturn Credit { get; } = new(settings.ChunkSize);

    /// <summary>The number of the last batch.</summary>
    public long Batch { get; set; }

    /// <summary>Whether another process may have taken over the stream.</summary>
    public OwnershipDoubt Doubt { get; } = new(settings.Placement?.Freezes);

    /// <summary>The end of the stream.</summary>
    public PipelineDrain Drain { get; } = new();

    /// <summary>Gets or sets whether the connection has not yet gone back to the stored position: nothing of it is dispatched.</summary>
    public bool IsGoingBack { get; set; }

    /// <summary>A connection opens at a position. Of another source, it has nothing in common with what came before.</summary>
    public void Open(StreamPosition position)
    {
        LastRepeat = null;
        Window.Resume();
        if (position.Of == Position.Of)
            return;
        if (Position.Of is not null)
        {
            (Window, _seen, ExpectedRepeats, PossibleRepeats, _repeatsUntil) = (new ResumeWindow(settings.ResumeWindow), null, 0, 0, []);
            // What waits for ever would hold back what is stored of the new one.
            if (Handled is { IsHeld: true })
                Follow(position);
        }

        Position = position;
    }

    /// <summary>A handler is missing, for good: it gets nothing of what follows, so the position stays where it is.</summary>
    public void Freeze()
    {
        _isMissing = true;
        Handled?.Freeze();
    }

    /// <summary>Starts at a position that was stored, and follows what is handled from there.</summary>
    public void ResumeAt(ResumeAt resume)
    {
        Position = resume.Position;
        ExpectedRepeats = Math.Max(resume.Repeats, resume.Suspects?.Events ?? 0);
        PossibleRepeats = ExpectedRepeats + (resume.IsOpen ? Allowance : 0);
        _ticket = resume.Ticket;
        Follow(resume.Position, resume.Suspects, resume.HasSilentOwner);
    }

    /// <summary>Goes back to a position that was stored, from where the stream has begun without it.</summary>
    public void GoBackTo(ResumeAt resume)
    {
        var dispatched = Handled is null ? 0 : Handled.Handled + Handled.Ahead;
        (_repeatsUntil, _repeatsLeft) = dispatched == 0 ? ([], 0) : (Encoding.UTF8.GetBytes(Position.LastEventId), dispatched + MostMissed);
        ResumeAt(resume);
        IsGoingBack = true;
    }

    /// <summary>An event comes that may have been delivered before.</summary>
    public void CountRepeat()
    {
        PossibleRepeats = Math.Max(0, PossibleRepeats - 1);
        ExpectedRepeats = Math.Max(0, ExpectedRepeats - 1);
        if (--_repeatsLeft <= 0)
            _repeatsUntil = [];
    }

    /// <summary>An event with this ID has come, or the position has reached it: if the stream had dispatched it last before it went back, no more repeats follow.</summary>
    public void Reach(ReadOnlySpan<byte> id)
    {
        if (_repeatsUntil.Length > 0 && id.SequenceEqual(_repeatsUntil))
            _repeatsUntil = [];
    }

    /// <summary>More is handled: tells the stream how far, and lets handlers have what waited for that.</summary>
    public void MovePosition(HandlerRecovery recovery, IActorRef stream)
    {
        if (Handled?.Move(isEnding: Drain.HasBegun) is { } handled)
            stream.Tell(handled);
        Trials?.GoOn(recovery, stream);
    }

    private void Follow(StreamPosition position, Trial? suspects = null, bool hasSilentOwner = false)
    {
        Handled = new HandledPosition(position, _ticket);
        if (_isMissing)
            Handled.Freeze();
        Trials?.ReleaseAll();
        Trials = new Trials(this, suspects, hasSilentOwner);
    }
}
