using Akka.Actor;
using McpSseActors.Actors.Parser;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Connection;

/// <summary>The one attempt that a connection has at a time: its actor, its span, and how it is to end.</summary>
internal sealed class CurrentAttempt(IActorContext context, ConnectionMemory memory, SecretGate gate, StreamMetrics metrics, int chunkSize, Func<IEventTransport> transport, IActorRef parser)
{
    private IActorRef _actor = ActorRefs.Nobody;
    private AttemptSpan? _span;
    private AttemptOutcome? _closedWith;

    /// <summary>Gets whether it was told to end.</summary>
    public bool IsClosing => _closedWith is not null;

    /// <summary>Starts an attempt; its events follow at the parser.</summary>
    public void Start(StreamOptions options)
    {
        _span = AttemptSpan.Start(metrics, gate, options, memory.Url, memory.Epoch, memory.Failures);
        parser.Tell(new StreamOpening(memory.Epoch, memory.Position, _span.Links, memory.Ticket));
        var request = new OpenRequest(memory.Url, memory.Position, _span.Activity);
        _actor = context.Watch(context.ActorOf(
            ConnectionAttemptActor.Props(memory.Epoch, options, request, chunkSize, memory.Credit, transport, parser), $"attempt-{memory.Epoch}"));
    }

    public void Open() => _span?.Open();

    /// <summary>Allows it to read more chunks, or fewer.</summary>
    public void Grant(Credit credit)
    {
        var chunks = memory.Widen(credit);
        _actor.Tell(chunks == 1 && credit.ChunksPerRead == 1 ? Connection.Grant.One : new Grant(chunks, credit.ChunksPerRead));
    }

    /// <summary>Ends it, so that another follows at once.</summary>
    public void Reopen(string reason)
    {
        memory.Want();
        Close(new AttemptOutcome.Abandoned(reason));
    }

    /// <summary>Ends it, and no other follows.</summary>
    public void CloseForGood(string reason)
    {
        memory.Unwant(reason);
        Close(new AttemptOutcome.Abandoned(reason), isFinal: !memory.KeepsSession);
    }

    /// <summary>Tells it to end. It may have ended: then its end is under way, and this outcome counts all the same.</summary>
    public void Close(AttemptOutcome outcome, bool isFinal = false)
    {
        _closedWith = outcome;
        _actor.Tell(new CloseAttempt(outcome, isFinal));
    }

    /// <summary>Drains what it brought.</summary>
    /// <returns>The outcome that counts.</returns>
    public AttemptOutcome End(AttemptOutcome outcome)
    {
        context.Unwatch(_actor);
        _actor = ActorRefs.Nobody;
        parser.Tell(new Drain(memory.Epoch));
        var decisive = _closedWith ?? outcome;
        _closedWith = null;
        EndSpan(decisive);
        return decisive;
    }

    public void EndSpan(AttemptOutcome outcome)
    {
        _span?.End(outcome);
        _span = null;
    }
}
