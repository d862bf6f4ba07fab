using Akka.Actor;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Connection;

/// <summary>What a ConnectionActor must not forget when its supervisor restarts it. Touched by that actor alone.</summary>
internal sealed class ConnectionMemory
{
    /// <summary>The number of the last attempt; messages of earlier ones are stale.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether the stream is meant to be connected.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>The address, after permanent redirects.</summary>
    public required Uri Url { get; set; }

    /// <summary>The server_url to which <see cref="Url"/> belongs.</summary>
    public string ConfiguredUrl { get; set; } = "";

    /// <summary>The position after the last event that was dispatched, from which the next attempt resumes.</summary>
    public required StreamPosition Position { get; set; }

    /// <summary>Chunks that the next attempt may read before one must come back handled.</summary>
    public required int Credit { get; set; }

    /// <summary>Failures in a row since the last healthy connection.</summary>
    public int Failures { get; set; }

    /// <summary>Why the stream is not wanted.</summary>
    public string StopReason { get; private set; } = "stopped";

    /// <summary>Who waits for everything in flight to be handled; from then on the stream does not connect any more.</summary>
    public IActorRef ShutDownAsker { get; set; } = ActorRefs.Nobody;

    /// <summary>Whether a credential source was asked for a fresh token since the last acceptance.</summary>
    public bool HasReauthenticated { get; set; }

    /// <summary>Wants a connection, unless the host shuts down.</summary>
    public void Want() => IsWanted = ShutDownAsker.IsNobody();

    /// <summary>Wants none any more.</summary>
    public void Unwant(string reason)
    {
        IsWanted = false;
        StopReason = reason;
    }
}
