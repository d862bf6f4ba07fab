using System.Diagnostics;

namespace McpSseActors.Events;

/// <summary>What all events of one network read share. An event with a reconnection time, for example, has a separate origin.</summary>
/// <param name="Stream">The name of the stream.</param>
/// <param name="Timestamp">When they were received, UTC.</param>
/// <param name="AttemptLinks">What links the handling to the span of the attempt that brought them; stays in the process.</param>
/// <param name="Rare">What few events have; null for most.</param>
/// <param name="Positions">What saves their positions for a handler; null if handlers don't. Stays in the process.</param>
internal sealed record EventOrigin(
    string Stream, DateTimeOffset Timestamp, ActivityLink[]? AttemptLinks = null, RareParts? Rare = null, IPositionWriter? Positions = null)
{
    public TimeSpan? Retry => Rare?.Retry;

    public bool IsComment => Rare is { IsComment: true };

    public byte[]? LongId => Rare?.LongId;

    public Occurrence? Occurrence => Rare?.Occurrence;
}

/// <summary>What few events have.</summary>
/// <param name="Retry">The reconnection time that came with the event.</param>
/// <param name="IsComment">Whether it is a comment line.</param>
/// <param name="LongId">The last event ID as of the event, UTF-8, if it is so long that events share it; otherwise null.</param>
/// <param name="Occurrence">What only an event of an MCP subscription has; null for any other.</param>
internal sealed record RareParts(TimeSpan? Retry = null, bool IsComment = false, byte[]? LongId = null, Occurrence? Occurrence = null);
