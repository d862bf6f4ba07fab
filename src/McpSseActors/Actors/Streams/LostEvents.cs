using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors.Streams;

/// <summary>Finds the events that handlers left in their mailboxes when they stopped: Akka publishes them as dead letters.</summary>
internal static class LostEvents
{
    /// <summary>The stream and the number of events; zero for any other dead letter.</summary>
    public static (string Stream, int Count) Of(DeadLetter letter) => letter.Message switch
    {
        McpEvent { IsComment: false } received => (received.Stream, 1),
        McpEventBatch batch => (batch.Stream, batch.CountEvents()),
        _ => ("", 0),
    };

    /// <summary>Whether the router of the stream sent them, and not an actor that passed them on.</summary>
    public static bool CameFrom(IActorRef stream, DeadLetter letter) => letter.Sender.Path.Equals(stream.Path / StreamActor.RouterName);
}
