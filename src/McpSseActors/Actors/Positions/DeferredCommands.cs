using Akka.Actor;
using McpSseActors.Actors.Streams;

namespace McpSseActors.Actors.Positions;

/// <summary>Commands that wait until the stream may start. Of many, the last are kept; the others are refused.</summary>
internal sealed class DeferredCommands
{
    private const int Most = 100;

    private readonly Queue<(object Command, IActorRef Sender)> _waiting = new();

    public void Add(object command, IActorRef sender)
    {
        if (_waiting.Count == Most && _waiting.Dequeue() is var oldest)
            oldest.Sender.Tell(new Status.Failure(new InvalidOperationException(
                $"{oldest.Command.GetType().Name} is dropped: {Most} later commands wait until the stream may start.")));
        _waiting.Enqueue((command, sender));
    }

    /// <summary>Sends them again, in their order.</summary>
    public void SendTo(IActorRef stream)
    {
        while (_waiting.TryDequeue(out var waiting))
            stream.Tell(waiting.Command, waiting.Sender);
    }

    /// <summary>The stream never starts.</summary>
    public void Refuse()
    {
        while (_waiting.TryDequeue(out var waiting))
            waiting.Sender.Tell(StreamEnding.Reply);
    }
}
