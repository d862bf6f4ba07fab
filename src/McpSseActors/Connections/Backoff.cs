namespace McpSseActors.Connections;

/// <summary>Computes the delay before a reconnect. Pure.</summary>
internal static class Backoff
{
    /// <summary>The shortest base, so that the delay also grows for a server that sent <c>retry: 0</c>.</summary>
    private static readonly TimeSpan LeastBase = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// <c>min(max, base * factor^(attempt-1))</c> with jitter, never below what the server requested. If the server
    /// requested more, the jitter is added, so that its clients do not all reconnect at the same moment. The base is
    /// the server's reconnection time where it gave one, bounded by <c>max_reconnect_delay</c>.
    /// </summary>
    /// <param name="options">The stream's options.</param>
    /// <param name="attempt">The consecutive failures, from 1.</param>
    /// <param name="serverRetry">The server's <c>retry:</c> field.</param>
    /// <param name="retryAfter">
    /// The server's <c>Retry-After</c> header; honoured up to <see cref="StreamOptions.LongestRetryAfter"/>.
    /// </param>
    /// <param name="random">A random number from 0 to 1: the part of the jitter that is subtracted.</param>
    public static TimeSpan Delay(StreamOptions options, int attempt, TimeSpan? serverRetry, TimeSpan? retryAfter, double random)
    {
        var max = options.MaxReconnectDelay;
        var start = serverRetry is { } given ? Max(Min(given, max), LeastBase) : options.InitialReconnectDelay;
        var grown = start.TotalMilliseconds * Math.Pow(options.ReconnectBackoffFactor, attempt - 1);
        var bounded = TimeSpan.FromMilliseconds(Math.Min(grown, max.TotalMilliseconds));

        var floor = Max(Min(serverRetry ?? TimeSpan.Zero, max), Min(retryAfter ?? TimeSpan.Zero, StreamOptions.LongestRetryAfter));
        var spread = options.Jitter * Max(bounded, Min(floor, max));
        var delay = Max(bounded * (1 - options.Jitter), floor) + (spread * (1 - random));
        return floor > max ? delay : Min(delay, max);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
