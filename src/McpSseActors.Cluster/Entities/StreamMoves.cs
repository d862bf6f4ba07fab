using Akka.Actor;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Entities;

/// <summary>
/// The streams on their way from a node that leaves. It stays until they run elsewhere: it may be the one that says where, and the next to do so
/// begins seconds after it has gone.
/// </summary>
internal sealed class StreamMoves
{
    private readonly HashSet<string> _ours = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IActorRef> _others = new(StringComparer.Ordinal);
    private IActorRef _asker = ActorRefs.Nobody;

    /// <summary>A stream leaves this node.</summary>
    public void Begin(StreamLeft left) => _ours.Add(left.Stream);

    /// <summary>A stream leaves another node, whose keeper wants to know when it has arrived.</summary>
    public void Follow(StreamLeft left, IActorRef keeper) => _others[left.Stream] = keeper;

    /// <summary>A stream runs.</summary>
    public void Arrived(StreamKept kept)
    {
        if (_others.Remove(kept.Stream, out var keeper))
            keeper.Tell(kept);
        if (_ours.Remove(kept.Stream))
            Answer(canMove: true);
    }

    /// <summary>A stream has come to a node that does not configure it. Whether that is a fault, the node that it has left knows.</summary>
    public void Refused(StreamUnknown unknown) => _others.GetValueOrDefault(unknown.Stream)?.Tell(unknown);

    /// <summary>Streams that this node does not configure any more were removed, and run nowhere.</summary>
    /// <param name="configured">Those that it configures.</param>
    /// <param name="canMove">Whether there is a node to which streams can move.</param>
    public void ForgetAllBut(IReadOnlyDictionary<string, string> configured, bool canMove)
    {
        _ours.RemoveWhere(stream => !configured.ContainsKey(stream));
        Answer(canMove);
    }

    /// <summary>Answers when no stream is on its way from this node any more.</summary>
    /// <param name="asker">Who gets the answer.</param>
    /// <param name="canMove">Whether there is a node to which streams can move.</param>
    public void Await(IActorRef asker, bool canMove)
    {
        _asker = asker;
        Answer(canMove);
    }

    public void Answer(bool canMove)
    {
        if (_ours.Count > 0 && canMove)
            return;
        _asker.Tell(new StreamsMoved());
        _asker = ActorRefs.Nobody;
    }
}
