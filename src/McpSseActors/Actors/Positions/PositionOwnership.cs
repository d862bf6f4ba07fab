using Akka.Actor;

namespace McpSseActors.Actors.Positions;

/// <summary>Whether the stream is ours: the token that the store gave for it, and the wait for it.</summary>
internal sealed class PositionOwnership(IActorContext context, IActorRef store, string stream)
{
    /// <summary>How long a refused stream waits before it asks again.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private const long None = 0;

    private bool _isAskedLater;

    /// <summary>The token; zero for none.</summary>
    public long Token { get; private set; }

    public bool IsOwner => Token != None;

    /// <summary>Whether the store was asked, and has not answered.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Whether the stream waits for it.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Takes over the stream.</summary>
    public void Acquire()
    {
        if (store.IsNobody() || IsAwaited || IsOwner || IsAsked || _isAskedLater)
            return;
        IsAwaited = true;
        Ask();
    }

    // A second answer would make saves under way with the token of the first look like those of another process.
    public void Ask()
    {
        if (IsAsked || IsOwner)
            return;
        (IsAsked, _isAskedLater) = (true, false);
        store.Tell(new AcquirePosition(stream), context.Self);
    }

    /// <summary>The store did not give it.</summary>
    public void AskLater()
    {
        (IsAsked, _isAskedLater) = (false, true);
        context.System.Scheduler.ScheduleTellOnce(RetryDelay, context.Self, new AcquirePosition(stream), context.Self);
    }

    public void Own(long token)
    {
        IsAsked = false;
        Token = token;
    }

    /// <summary>The stream waits no longer, as owner or not.</summary>
    public void EndWait() => IsAwaited = false;

    public void Lose() => Token = None;
}
