using System.Diagnostics;

namespace McpSseActors.Actors.Router;

/// <summary>What a handler has done, and what it was sent and has not finished.</summary>
internal sealed class HandlerWork
{
    private readonly MovingAverage _duration = new();
    private long _handled;
    private int _inFlight;
    private long _failures;
    private DateTimeOffset? _lastFailedAt;

    public void Begin(Delivery delivery) => _inFlight += delivery.Count;

    public void End(Delivery delivery, bool isHandled)
    {
        _inFlight -= delivery.Count;
        if (!isHandled)
            return;
        _handled += delivery.Count;
        if (delivery.BegunAt > 0)
            _duration.Add(Stopwatch.GetElapsedTime(delivery.BegunAt));
    }

    public void Fail(DateTimeOffset now) => (_failures, _lastFailedAt) = (_failures + 1, now);

    /// <summary>Fills these figures into the description of the handler.</summary>
    /// <param name="handler">The description.</param>
    /// <param name="oldest">The oldest delivery that it has not finished; null if there is none.</param>
    public HandlerInfo Into(HandlerInfo handler, Delivery? oldest) => handler with
    {
        Handled = _handled,
        InFlight = _inFlight,
        Lag = oldest is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(oldest.BegunAt),
        Duration = _duration.Value,
        Failures = _failures,
        LastFailedAt = _lastFailedAt,
    };
}
