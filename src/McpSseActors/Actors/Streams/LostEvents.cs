using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;

namespace McpSseActors.Actors.Streams;

/// <summary>
/// Finds the events that handlers left in their mailboxes when they stopped, or that a bounded mailbox refused: Akka publishes both as dead letters.
/// </summary>
internal static class LostEvents
{
    /// <summary>Counts the events of a dead letter in the statistics of their stream.</summary>
    public static void Count(DeadLetter letter, StreamDirectory streams)
    {
        var (name, events) = Of(letter);
        if (events > 0 && streams.Get(name) is { } stream && CameFrom(stream.Actor, letter))
            stream.Actor.Tell(new EventsDropped(ReasonOf(letter), events));
    }

    /// <summary>The stream and the number of events; zero for any other dead letter.</summary>
    private static (string Stream, int Count) Of(DeadLetter letter) => letter.Message switch
    {
        McpEvent { IsComment: false } received => (received.Stream, 1),
        McpEventBatch batch => (batch.Stream, batch.CountEvents()),
        Delivery { Events: { } events } => (events.Stream, events.CountEvents()),
        _ => ("", 0),
    };

    /// <summary>Why they were lost: one of <see cref="DropReasons"/>.</summary>
    private static string ReasonOf(DeadLetter letter) => IsAlive(letter.Recipient) ? DropReasons.MailboxFull : DropReasons.HandlerStopped;

    /// <summary>Whether the router of the stream sent them, and not an actor that passed them on.</summary>
    private static bool CameFrom(IActorRef stream, DeadLetter letter) => letter.Sender.Path.Equals(stream.Path / StreamActor.RouterName);

    // A mailbox is closed before what it holds becomes dead letters.
#pragma warning disable CS0618 // To watch the actor would answer too late.
    private static bool IsAlive(IActorRef handler) => handler is IInternalActorRef { IsLocal: true, IsTerminated: false };
#pragma warning restore CS0618
}
