using Akka.Actor;
using McpSseActors.Actors.Positions;

namespace McpSseActors.Actors.Router;

/// <summary>
/// While the process did not run, another may have taken over the stream. What was read is not dispatched then, and is read again when the store
/// has confirmed that the stream is still ours.
/// </summary>
/// <param name="freezes">Notices that the process did not run; null without a cluster.</param>
internal sealed class OwnershipDoubt(FreezeWatch? freezes)
{
    private int _freezes = freezes?.Look() ?? 0;
    private bool _isRaised;

    /// <summary>Whether nothing may be dispatched; asks the stream once.</summary>
    public bool IsRaised(IActorRef stream)
    {
        if (freezes?.Look() is { } count && count != _freezes)
        {
            (_freezes, _isRaised) = (count, true);
            stream.Tell(new OwnershipInDoubt());
        }

        return _isRaised;
    }

    public void End() => _isRaised = false;
}
