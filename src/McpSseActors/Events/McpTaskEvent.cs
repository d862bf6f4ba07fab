using System.Text.Json;

namespace McpSseActors;

/// <summary>
/// The data of <c>notifications/tasks/status</c> (MCP 2025-11-25) and <c>notifications/tasks</c> (the tasks extension of 2026-07-28): a task's state.
/// </summary>
/// <param name="TaskId">Which task.</param>
/// <param name="Status"><c>working</c>, <c>input_required</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</param>
public sealed record McpTaskEvent(string TaskId, string Status)
{
    /// <summary>More about the status, in the server's words; null for nothing.</summary>
    public string? StatusMessage { get; init; }

    /// <summary>Gets when the task was created.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Gets when it changed last.</summary>
    public DateTimeOffset? LastUpdatedAt { get; init; }

    /// <summary>Gets how long the server keeps it, in milliseconds (2025-11-25); null is without a limit.</summary>
    public long? Ttl { get; init; }

    /// <summary>Gets the same in the tasks extension.</summary>
    public long? TtlMs { get; init; }

    /// <summary>Gets how often to ask for it, in milliseconds (2025-11-25).</summary>
    public long? PollInterval { get; init; }

    /// <summary>Gets the same in the tasks extension.</summary>
    public long? PollIntervalMs { get; init; }

    /// <summary>Gets what it resulted in; null until it is completed.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public JsonElement? Error { get; init; }

    /// <summary>Gets what it waits for; null unless its status is <c>input_required</c>.</summary>
    public JsonElement? InputRequests { get; init; }
}
