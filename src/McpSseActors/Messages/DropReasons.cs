using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>The reasons for which events are dropped: the keys of <see cref="StreamStats.Dropped"/>.</summary>
public static class DropReasons
{
    /// <summary>The server sent the event again after a resume.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>The event is longer than <see cref="StreamOptions.MaxEventSize"/>.</summary>
    public const string Oversized = "oversized";

    /// <summary>An MCP server sent something other than JSON-RPC.</summary>
    public const string Malformed = "malformed";

    /// <summary>An MCP server sent what was not asked for: a list change, or on the stream of a subscription anything but its events.</summary>
    public const string Unwanted = "unwanted";

    /// <summary>The event was sent to a handler that stopped before it handled it. Counted once for each handler concerned.</summary>
    public const string HandlerStopped = "handler_stopped";

    /// <summary>The mailbox of a handler was full and refused the event. Counted once for each handler concerned.</summary>
    public const string MailboxFull = "mailbox_full";

    /// <summary>A batch handler threw before it came to the event. Counted once for each handler concerned.</summary>
    public const string BatchFailed = "batch_failed";

    /// <summary>The event arrived faster than a handler that drops events handled it. Counted once for each handler concerned.</summary>
    public const string Overflow = "overflow";

    /// <summary>Gets all reasons.</summary>
    public static ImmutableArray<string> All { get; } = [Duplicate, Oversized, Malformed, Unwanted, HandlerStopped, MailboxFull, BatchFailed, Overflow];
}
