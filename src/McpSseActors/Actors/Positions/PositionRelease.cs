using Akka.Actor;

namespace McpSseActors.Actors.Positions;

/// <summary>The end of a stream: it waits, for a while, until its last position is saved or removed.</summary>
internal sealed class PositionRelease(IActorContext context, PositionSettings settings)
{
    private Action? _then;

    /// <summary>Gets the longest wait.</summary>
    public TimeSpan Limit => settings.ReleaseLimit;

    /// <summary>Gets whether it waits for the store.</summary>
    public bool IsWaiting => _then is not null;

    /// <summary>Asks the store, and goes on when it has answered or its time is up.</summary>
    public void Begin(ReleasePosition request, Action then)
    {
        _then = then;
        context.System.Scheduler.ScheduleTellOnce(settings.ReleaseLimit, context.Self, new PositionReleased(IsOverdue: true), ActorRefs.NoSender);
        settings.Store.Tell(request, context.Self);
    }

    /// <summary>Goes on, unless it has already.</summary>
    public void End()
    {
        var then = _then;
        _then = null;
        then?.Invoke();
    }
}
