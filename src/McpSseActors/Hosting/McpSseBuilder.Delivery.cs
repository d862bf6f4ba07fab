using System.Collections.Immutable;
using McpSseActors.Configuration;

namespace McpSseActors.Hosting;

public sealed partial class McpSseBuilder
{
    private DurableDelivery? _delivery;
    private Func<StreamOptions, StreamOptions>? _restore;
    private DeadLetterLimits _deadLetters = new();
    private RetryOptions? _retry;
    private ImmutableSortedDictionary<string, RetryOverride> _retryByHandler = ImmutableSortedDictionary<string, RetryOverride>.Empty;

    /// <summary>
    /// Stores how far the handlers of each stream have come, so that a new process resumes there: each handler with
    /// <see cref="HandlerOverflow.BackPressure"/> gets each event at least once, if the server can send it again.
    /// </summary>
    /// <param name="configure">Says where positions are stored: <c>delivery => delivery.InFile("mcp-sse.positions")</c>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">Neither a store was named nor <see cref="DurableDelivery.OnRestore"/> called.</exception>
    public McpSseBuilder WithDurableDelivery(Action<DurableDelivery> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var delivery = new DurableDelivery();
        configure(delivery);
        _restore = delivery.Restore ?? _restore;
        if (delivery.Open is null && delivery.Restore is null)
            throw new ArgumentException("Say where positions are stored: InFile, InDatabase, InTransactionsOf or In.", nameof(configure));
        if (delivery.Open is not null)
            _delivery = delivery;
        return this;
    }

    /// <summary>Says how many events that handlers could not handle are kept. Without <see cref="WithDurableDelivery"/>, they are kept in memory.</summary>
    /// <param name="limits">The limits.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative; the count or the size is zero.</exception>
    public McpSseBuilder WithDeadLetters(DeadLetterLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limits.MaxCount, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limits.MaxSize, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfNegative(limits.MaxAge.Ticks, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfNegative(limits.WarnAbove, nameof(limits));
        _deadLetters = limits;
        return this;
    }
}
