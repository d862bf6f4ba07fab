using Akka.Actor;
using Akka.Pattern;

namespace McpSseActors.Actors.Router;

/// <summary>Counts the failures of one handler: the attempts of each event that it will get again, and the failures in a row, which open its circuit.</summary>
internal sealed class FailedEvents(RetryOptions options, IScheduler scheduler)
{
    private readonly Dictionary<object, FailedAttempts> _events = new(ReferenceEqualityComparer.Instance);
    private readonly CircuitBreaker? _breaker =
        options.BreakAfter > 0 ? new CircuitBreaker(scheduler, options.BreakAfter, Timeout.InfiniteTimeSpan, options.BoundedBreakFor) : null;
    private bool _hasFailed;
    private long _givenAtFailure;

    public RetryOptions Options => options;

    /// <summary>Whether nothing has failed since the last success.</summary>
    public bool IsQuiet => !_hasFailed;

    /// <summary>The state of the handler.</summary>
    public HandlerState State => _breaker is { IsClosed: false } ? HandlerState.Open : _events.Count > 0 ? HandlerState.Retrying : HandlerState.Running;

    /// <summary>An attempt has failed.</summary>
    /// <param name="message">The event, or the batch of one, that the handler was given.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns>Its attempts so far.</returns>
    public FailedAttempts Count(object message, DateTimeOffset now) =>
        _events.Remove(message, out var before) ? before with { Count = before.Count + 1 } : new FailedAttempts(1, now);

    /// <summary>Whether an event gets another attempt.</summary>
    public bool GetsAnother(FailedAttempts attempts, Exception fault) => (options.MaxAttempts < 0 || attempts.Count < options.MaxAttempts) && IsRetried(fault);

    // To give up an event is final, so a filter that cannot tell does not decide it.
    private bool IsRetried(Exception fault)
    {
        try
        {
            return options.ShouldRetry(fault);
        }
        catch (Exception)
        {
            return true;
        }
    }

    /// <summary>The event will be given again, as this message.</summary>
    public void Expect(object message, FailedAttempts attempts) => _events[message] = attempts;

    /// <summary>The events of a delivery are done.</summary>
    /// <param name="delivery">The delivery; null for the events that came in none.</param>
    public void Forget(Delivery? delivery)
    {
        foreach (var (message, _) in _events.Where(each => each.Value.Delivery == delivery).ToArray())
            _events.Remove(message);
    }

    /// <summary>Notes a failure, and computes the delay that follows.</summary>
    /// <param name="attempts">The attempts of the event.</param>
    /// <param name="given">How often the handler was given something: if once since the last failure, this one follows it.</param>
    public TimeSpan Delay(FailedAttempts attempts, long given)
    {
        if (given - _givenAtFailure > 1)
            _breaker?.Succeed();
        (_hasFailed, _givenAtFailure) = (true, given);
        _breaker?.Fail();
        var delay = options.DelayAfter(attempts.Count, Random.Shared.NextDouble());
        return _breaker is { IsOpen: true } && delay < options.BoundedBreakFor ? options.BoundedBreakFor : delay;
    }

    /// <summary>A delivery has ended. One whose last event failed and was given up has not succeeded.</summary>
    /// <param name="given">How often the handler had been given something by then.</param>
    public void Ended(long given)
    {
        if (given > _givenAtFailure)
            _breaker?.Succeed();
        _hasFailed = State is not HandlerState.Running;
    }
}

/// <summary>The failed attempts of one event.</summary>
/// <param name="Count">How many.</param>
/// <param name="Since">When the first failed, UTC.</param>
internal sealed record FailedAttempts(int Count, DateTimeOffset Since)
{
    /// <summary>The delivery by which it comes; null if it came by a queue.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>The dead letter that it was; null for none.</summary>
    public string? LetterId { get; init; }

    /// <summary>The attempts before it was one.</summary>
    public int Before { get; init; }
}
