using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>What happens to an event at which a handler fails: it comes again, first of all, until the handler has done it or its attempts are used up. Then it is a dead letter.</summary>
/// <remarks>A time of more than 24 days counts as 24 days.</remarks>
public sealed record RetryOptions
{
    /// <summary>No second attempt: an event that fails is a dead letter at once.</summary>
    public static readonly RetryOptions OneAttempt = new() { MaxAttempts = 1 };

    /// <summary>How often the handler gets an event, the first time included; -1 means until it succeeds.</summary>
    /// <value>Default: 5.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is 0 or less than -1.</exception>
    public int MaxAttempts
    {
        get;
        init
        {
            if (value is 0 or < -1)
                throw new ArgumentOutOfRangeException(nameof(value), value, "MaxAttempts must be at least 1, or -1 for no limit.");
            field = value;
        }
    } = 5;

    /// <summary>The delay before the second attempt. Each further one is twice as long as the one before; all vary by up to a fifth.</summary>
    /// <value>Default: 1 s.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan InitialDelay
    {
        get;
        init => field = NotNegative(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay.</summary>
    /// <value>Default: 1 min.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan MaxDelay
    {
        get;
        init => field = NotNegative(value);
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long one attempt of an asynchronous delegate, payload handler or <see cref="IEventHandler"/> may take. Then its token is canceled, and the
    /// attempt has failed.
    /// </summary>
    /// <value>Default: null, no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public TimeSpan? AttemptTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(value));
            field = value;
        }
    }

    /// <summary>Whether later events pass an event that waits for its next attempt. The position stays before it in any case.</summary>
    /// <value>Default: <see langword="false"/>, which keeps the order: later events of this handler wait.</value>
    public bool LaterEventsPass { get; init; }

    /// <summary>Whether an event that failed with an exception gets another attempt. If it throws, the event gets one.</summary>
    /// <value>Default: always.</value>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public Func<Exception, bool> ShouldRetry
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = static _ => true;

    /// <summary>
    /// How many failures in a row open the handler's circuit breaker: it gets nothing for <see cref="BreakFor"/>, and then one event to try. 0 means
    /// no circuit breaker. An open circuit uses up no attempts.
    /// </summary>
    /// <value>Default: 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int BreakAfter
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>How long the circuit stays open.</summary>
    /// <value>Default: 30 s.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public TimeSpan BreakFor
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    // What is longer than a timer can count means for ever.
    internal TimeSpan BoundedBreakFor => Bounded(BreakFor);

    internal TimeSpan? BoundedAttemptTimeout => AttemptTimeout is { } limit ? Bounded(limit) : null;

    /// <summary>The delay after a number of failed attempts.</summary>
    /// <param name="failures">From 1.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    internal TimeSpan DelayAfter(int failures, double random)
    {
        var longest = Bounded(MaxDelay).TotalMilliseconds;
        var grown = Math.Min(InitialDelay.TotalMilliseconds * Math.Pow(2, failures - 1), longest);
        return TimeSpan.FromMilliseconds(Math.Min(grown * (0.8 + (0.4 * random)), longest));
    }

    private static TimeSpan Bounded(TimeSpan time) => time < Kinds.LongestTime ? time : Kinds.LongestTime;

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
