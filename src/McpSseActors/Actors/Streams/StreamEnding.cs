using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors.Streams;

/// <summary>The reply to a request that reaches a stream after its end has begun.</summary>
internal static class StreamEnding
{
    public static Status.Failure Reply => new(new InvalidOperationException("The stream is ending: it was removed, or the host is shutting down."));

    /// <summary>Replies to a request that was on its way to a stream when that stopped.</summary>
    /// <returns>False if the dead letter is anything else.</returns>
    public static bool Answer(DeadLetter letter, IActorRef supervisor)
    {
        if (letter.Message is not IStreamRequest || !letter.Recipient.Path.ToStringWithoutAddress().StartsWith($"{supervisor.Path.ToStringWithoutAddress()}/", StringComparison.Ordinal))
            return false;
        letter.Sender.Tell(Reply);
        return true;
    }
}
