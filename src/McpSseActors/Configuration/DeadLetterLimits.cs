namespace McpSseActors;

/// <summary>
/// How many dead letters a host keeps: the table <c>[mcp_sse.delivery.dead_letters]</c>. Beyond a limit the oldest are discarded, counted and
/// logged.
/// </summary>
public sealed record DeadLetterLimits
{
    /// <summary>Gets the maximum number of letters.</summary>
    /// <value>Default: 10,000.</value>
    public int MaxCount { get; init; } = 10_000;

    /// <summary>Gets the maximum size of all letters together in bytes: the data, types and IDs of their events, and the texts of their faults.</summary>
    /// <value>Default: 67,108,864 (64 MiB).</value>
    public long MaxSize { get; init; } = 64 << 20;

    /// <summary>Gets how long a letter is kept after it was given up; <see cref="TimeSpan.Zero"/> means without a limit.</summary>
    /// <value>Default: 30 days.</value>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Gets the time before which a letter that was given up is too old.</summary>
    internal DateTimeOffset OldestAt(DateTimeOffset now) =>
        MaxAge == TimeSpan.Zero || MaxAge >= now - DateTimeOffset.MinValue ? DateTimeOffset.MinValue : now - MaxAge;

    /// <summary>Gets the number of letters above which the health check is degraded.</summary>
    /// <value>Default: 100.</value>
    public int WarnAbove { get; init; } = 100;

    /// <summary>Gets whether an event whose payload did not fit its mapped type is kept as well; handlers of plain events still get it.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool KeepRejectedPayloads { get; init; }
}
