using System.Collections.Immutable;

namespace McpSseActors.Dashboard.Api;

/// <summary>A handler as it is shown; one that has stopped, too.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pattern">The types that it receives.</param>
/// <param name="State">A <see cref="HandlerState"/>, or <c>Stopped</c>.</param>
/// <param name="Reason">Why it has stopped; otherwise null.</param>
/// <param name="Since">When it stopped, UTC; otherwise null.</param>
/// <param name="Handled">The events that it has finished.</param>
/// <param name="InFlight">The events that it was sent and has not finished.</param>
/// <param name="LagMilliseconds">The age of the oldest of them.</param>
/// <param name="DurationMilliseconds">The time for a batch, averaged over the last ones; null before the first.</param>
/// <param name="Failures">How often it threw an exception, and was restarted.</param>
/// <param name="LastFailedAt">When it did so last, UTC; null if it has not.</param>
internal sealed record ShownHandler(
    string Name,
    string Pattern,
    string State,
    string? Reason,
    DateTimeOffset? Since,
    long? Handled,
    int? InFlight,
    double? LagMilliseconds,
    double? DurationMilliseconds,
    long? Failures,
    DateTimeOffset? LastFailedAt)
{
    private const int Most = 200;

    /// <summary>The handlers of a stream: those that handle events, and those that should.</summary>
    public static ImmutableArray<ShownHandler> Of(IEnumerable<HandlerInfo> handlers, StreamStats stats) =>
        [.. handlers.Select(handler => Of(handler)).Concat(stats.StoppedHandlers.Select(handler => Of(handler))).Take(Most)];

    private static ShownHandler Of(HandlerInfo handler) => new(
        handler.Name, handler.Pattern, $"{handler.State}", Reason: null, Since: null, handler.Handled, handler.InFlight,
        Math.Round(handler.Lag.TotalMilliseconds), handler.Duration is { } duration ? Math.Round(duration.TotalMilliseconds, 2) : null,
        handler.Failures, handler.LastFailedAt);

    private static ShownHandler Of(StoppedHandler handler) => new(
        handler.Name, handler.Pattern, "Stopped", handler.Reason, handler.Timestamp, Handled: null, InFlight: null, LagMilliseconds: null,
        DurationMilliseconds: null, Failures: null, LastFailedAt: null);
}
