using System.Collections.Immutable;
using McpSseActors.Connections;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>Parser to router: the events of one chunk. A chunk without events makes a batch too, so that its credit comes back.</summary>
internal sealed class EventBatch : IPipelineMessage
{
    /// <summary>The number of the attempt.</summary>
    public required long Epoch { get; init; }

    /// <summary>The events, in the order of the stream; the router releases them.</summary>
    public required EventBuffer Events { get; init; }

    /// <summary>The events whose payload does not fit, in the same order.</summary>
    public ImmutableArray<PayloadRejected> Rejected { get; init; } = [];

    /// <summary>The bytes of the chunk.</summary>
    public required int Bytes { get; init; }

    /// <summary>The number of chunks that it counts for, until its events are handled.</summary>
    public int Chunks { get; init; } = 1;

    /// <summary>Comment lines in the chunk.</summary>
    public required int Comments { get; init; }

    /// <summary>The events that are missing, by reason.</summary>
    public required LeftOut LeftOut { get; init; }

    /// <summary>Whether it proves the health of the server even without an event.</summary>
    public bool IsProof { get; init; }

    /// <summary>Told when the events are handled; null if nobody waits for that.</summary>
    public IReceipt? Receipt { get; init; }

    /// <summary>The position after these events.</summary>
    public required StreamPosition Position { get; init; }
}
