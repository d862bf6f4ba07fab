using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors.Positions;

/// <summary>Holds back the credit of a stream whose position cannot be saved, so that nothing more is read.</summary>
internal sealed class PositionHold(IActorRef router, ILoggingAdapter log, string stream)
{
    private bool _isHeld;

    public void Set(bool isHeld)
    {
        if (isHeld == _isHeld)
            return;
        _isHeld = isHeld;
        if (isHeld)
            log.Warning("Stream {Stream} reads no more until its position can be saved", stream);
        router.Tell(new HoldCredit(isHeld));
    }
}
