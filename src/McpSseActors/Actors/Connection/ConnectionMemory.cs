using System.Text;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Positions;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Connection;

/// <summary>What a connection must not forget when it is restarted. Used by that actor alone.</summary>
/// <param name="chunksInFlight">The chunks that may be in flight.</param>
internal sealed class ConnectionMemory(int chunksInFlight)
{
    /// <summary>The reads of the window that become longer.</summary>
    private const int LongReads = 2;

    private readonly int _chunksInFlight = chunksInFlight;
    private string _configuredUrl = "";
    private string? _refusedId;
    private int _youngEnds;
    private int _chunksPerRead = 1;

    /// <summary>Gets or sets the number of the last attempt; messages of earlier ones are stale.</summary>
    public long Epoch { get; set; }

    /// <summary>Gets or sets the state that was reported last.</summary>
    public ConnectionState State { get; set; } = ConnectionState.Idle;

    /// <summary>Gets whether the stream is meant to be connected.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Gets the reason why it is not wanted.</summary>
    public string StopReason { get; private set; } = "stopped";

    /// <summary>Gets or sets the address, after permanent redirects.</summary>
    public required Uri Url { get; set; }

    /// <summary>Gets or sets the position after the last event that was dispatched; the next attempt resumes there.</summary>
    public required StreamPosition Position { get; set; }

    /// <summary>Gets what lets handlers save positions; null if they don't.</summary>
    public PositionTicket? Ticket { get; private set; }

    /// <summary>Gets or sets whether the session on the server is kept at the end, for the process that comes after.</summary>
    public bool KeepsSession { get; set; }

    /// <summary>Gets or sets the chunks that the next attempt may read before one must be handled.</summary>
    public int Credit { get; set; } = chunksInFlight;

    /// <summary>Failures in a row since the last healthy connection.</summary>
    public int Failures { get; set; }

    /// <summary>Gets or sets whether the connection is open and has not lasted for <c>healthy_after</c> yet.</summary>
    public bool IsYoung { get; set; }

    /// <summary>Gets or sets whether a credential source was asked for a fresh token since the last success.</summary>
    public bool HasReauthenticated { get; set; }

    /// <summary>Gets or sets the actor that waits for everything in flight to be handled; from then on the stream does not connect.</summary>
    public IActorRef DrainAsker { get; set; } = ActorRefs.Nobody;

    public AttemptHistory History => new(Failures, Position.ReconnectionTime, HasReauthenticated, Encoding.UTF8.GetByteCount(Position.LastEventId));

    /// <summary>Notes a new state, and describes it for the stream.</summary>
    public ReportState Report(ConnectionState state, string reason, TimeSpan? retryIn)
    {
        State = state;
        return new ReportState(state, reason, Url, Failures, retryIn);
    }

    /// <summary>Forgets the failures before an event, unless connections that ended young brought events before.</summary>
    /// <returns>Whether there were failures to forget.</returns>
    public bool ProveByEvent() => _youngEnds == 0 && ResetFailures();

    /// <summary>Forgets the failures: the connection has lasted for <c>healthy_after</c>.</summary>
    /// <returns>Whether there were failures to forget.</returns>
    public bool Mature()
    {
        IsYoung = false;
        _youngEnds = 0;
        return ResetFailures();
    }

    /// <summary>
    /// Judges a connection that is over. One event proves it healthy; connections that end young again and again are
    /// not, whatever they bring, unless the server wants to be polled.
    /// </summary>
    /// <returns>Whether there were failures to forget.</returns>
    public bool Judge(AttemptOutcome outcome, bool hadEvent)
    {
        if (IsPoll(outcome, hadEvent))
            return Mature();
        var hadFailures = hadEvent && ProveByEvent();
        if (hadEvent && IsYoung && outcome is not AttemptOutcome.Abandoned)
            _youngEnds++;
        IsYoung = false;
        return hadFailures;
    }

    /// <summary>Starts at a position that was stored, as will the process that comes after.</summary>
    public void ResumeAt(ResumeAt resume)
    {
        Position = resume.Position;
        Ticket = resume.Ticket;
        KeepsSession = true;
    }

    /// <summary>Takes over where the events of an attempt ended.</summary>
    /// <param name="drained">The answer of the router.</param>
    public void Apply(Drained drained)
    {
        Position = drained.Position.LastEventId == _refusedId ? drained.Position with { LastEventId = "" } : drained.Position;
        Credit = _chunksInFlight - drained.ChunksInFlight;
        _chunksPerRead = 1;
    }

    /// <summary>Adapts the window to the length of the reads.</summary>
    /// <returns>The chunks that the attempt may read more, or fewer.</returns>
    public int Widen(Credit credit)
    {
        var wider = LongReads * (credit.ChunksPerRead - _chunksPerRead);
        _chunksPerRead = credit.ChunksPerRead;
        return credit.Chunks + wider;
    }

    /// <summary>Resumes without the last event ID, which the server refuses. The router still knows it.</summary>
    public void ForgetLastEventId()
    {
        _refusedId = Position.LastEventId;
        Position = Position with { LastEventId = "" };
    }

    /// <summary>Whether a message is of the last attempt.</summary>
    public bool IsCurrent(long epoch) => epoch == Epoch;

    /// <summary>Wants a connection, unless the stream is ending.</summary>
    public void Want() => IsWanted = DrainAsker.IsNobody();

    /// <summary>Stops wanting a connection.</summary>
    public void Unwant(string reason)
    {
        IsWanted = false;
        StopReason = reason;
    }

    /// <summary>A start from rest: failures, permanent redirects and fresh tokens do not count.</summary>
    public void StartFresh()
    {
        _configuredUrl = "";
        Failures = 0;
        _youngEnds = 0;
        HasReauthenticated = false;
    }

    /// <summary>Goes back to the configured address if it has changed, and starts over if the position belongs to another source.</summary>
    public void ApplyUrl(StreamOptions options, ILoggingAdapter log)
    {
        if (Position.Of is StreamIdentity before && StreamIdentity.Of(options) is var now && now != before)
        {
            var refusal = now.Refuse(before);
            if (refusal is not null)
                log.Warning("Stream {Stream} does not resume at its position: {Reason}", options.Name, refusal);
            Position = (refusal is null ? Position : ResumePoint.Of(options).Position) with { Of = now };
        }

        if (_configuredUrl == options.ServerUrl)
            return;
        _configuredUrl = options.ServerUrl;
        Url = new Uri(options.ServerUrl);
    }

    /// <summary>
    /// Whether changed options need a new connection now. A stream that an operator stopped stays stopped; one that waits or failed may do better.
    /// </summary>
    /// <param name="reach">How far the farthest change goes.</param>
    /// <param name="disabled">The <see cref="StopReason"/> of a stream that was disabled until now.</param>
    public bool NeedsConnectionFor(KeyReach reach, string disabled) => this switch
    {
        { IsWanted: false } => StopReason == disabled || (State is ConnectionState.Failed && reach >= KeyReach.Retry),
        _ => reach >= (State is ConnectionState.BackingOff ? KeyReach.Retry : KeyReach.Connection),
    };

    // A clean end after an ID and a reconnection time asks for the next poll.
    private bool IsPoll(AttemptOutcome outcome, bool hadEvent) => outcome is AttemptOutcome.Ended ended
        && (ended.IsPoll || (hadEvent && Position is { LastEventId.Length: > 0, ReconnectionTime: not null }));

    private bool ResetFailures()
    {
        var hadFailures = Failures > 0;
        Failures = 0;
        return hadFailures;
    }
}
