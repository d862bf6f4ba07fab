using Akka.Actor;

namespace McpSseActors.Actors.Positions;

/// <summary>Commands that wait until the stream may start. Of many, the last are kept.</summary>
internal sealed class DeferredCommands
{
    private const int Most = 100;

    private readonly Queue<(object Command, IActorRef Sender)> _waiting = new();

    public void Add(object command, IActorRef sender)
    {
        if (_waiting.Count == Most)
            _waiting.Dequeue();
        _waiting.Enqueue((command, sender));
    }

    /// <summary>Sends them again, in their order.</summary>
    public void SendTo(IActorRef stream)
    {
        while (_waiting.TryDequeue(out var waiting))
            stream.Tell(waiting.Command, waiting.Sender);
    }
}
