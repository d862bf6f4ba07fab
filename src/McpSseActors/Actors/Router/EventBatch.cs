using System.Collections.Immutable;
using McpSseActors.Connections;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>Parser to router: what one chunk brought. Every chunk makes one, also one without events, so that its credit comes back.</summary>
internal sealed class EventBatch : IPipelineMessage
{
    /// <summary>The number of the attempt.</summary>
    public required long Epoch { get; init; }

    /// <summary>The events, in the order of the stream; the router lets go of them.</summary>
    public required EventBuffer Events { get; init; }

    /// <summary>Those of the events whose payload does not fit, in the same order.</summary>
    public ImmutableArray<PayloadRejected> Rejected { get; init; } = [];

    /// <summary>The bytes of the chunk.</summary>
    public required int Bytes { get; init; }

    /// <summary>Comment lines in the chunk.</summary>
    public required int Comments { get; init; }

    /// <summary>Events that are missing, by reason.</summary>
    public required LeftOut LeftOut { get; init; }

    /// <summary>The position after these events.</summary>
    public required StreamPosition Position { get; init; }
}
