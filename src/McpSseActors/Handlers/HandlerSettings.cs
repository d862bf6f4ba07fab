using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using McpSseActors.Configuration;

namespace McpSseActors.Handlers;

/// <summary>The knobs of <c>mcp-sse.handlers</c>: what handlers have that say nothing else, and what operators say of one by its name.</summary>
internal sealed record HandlerSettings
{
    private const string Prefix = "handlers";

    public int MaxRestarts { get; init; } = -1;

    public TimeSpan RestartWindow { get; init; } = TimeSpan.FromSeconds(60);

    public long OverflowSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>What happens to the failed events of handlers that say nothing else; null if they are dropped.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>What a file says of retries for the handler of a name.</summary>
    public ImmutableSortedDictionary<string, RetryOverride> RetryByName { get; init; } = ImmutableSortedDictionary<string, RetryOverride>.Empty;

    /// <summary>What changes the handler of a name.</summary>
    public ImmutableDictionary<string, HandlerOverride> ByName { get; init; } = ImmutableDictionary<string, HandlerOverride>.Empty;

    /// <exception cref="McpSseConfigurationException">A value is of another kind, or out of its range.</exception>
    public static HandlerSettings Create(Config handlers) => new()
    {
        MaxRestarts = HoconRule.Int(handlers, Prefix, "max-restarts"),
        RestartWindow = HoconRule.Time(handlers, Prefix, "restart-window"),
        OverflowSize = HoconRule.Bytes(handlers, Prefix, "overflow-size"),
        ByName = handlers.HasPath("by-name")
            ? HoconRule.Block(handlers, Prefix, "by-name").AsEnumerable().ToImmutableDictionary(
                entry => entry.Key, entry => HandlerOverride.Create(entry.Key, Block(entry.Key, entry.Value)), StringComparer.Ordinal)
            : ImmutableDictionary<string, HandlerOverride>.Empty,
    };

    private static Config Block(string name, HoconValue value)
    {
        HoconRule.Require(value.IsObject(), $"{Prefix}.by-name.{name}", "a block of keys in braces", "the value is of another kind");
        return new Config(new HoconRoot(value));
    }

    /// <summary>The handler as it is meant to run: HOCON by its name, then its own code, then HOCON for all.</summary>
    public HandlerRegistration Apply(HandlerRegistration registration)
    {
        var named = ByName.GetValueOrDefault(registration.Name);
        return registration with
        {
            MaxRestarts = named?.MaxRestarts ?? registration.MaxRestarts ?? MaxRestarts,
            RestartWindow = named?.RestartWindow ?? registration.RestartWindow ?? RestartWindow,
            Retry = Change(Change(registration.Retry ?? DefaultRetryOf(registration), RetryByName.GetValueOrDefault(registration.Name)), named?.Retry),
            Overflow = named?.Overflow ?? registration.Overflow,
            OverflowCapacity = named?.OverflowCapacity ?? registration.OverflowCapacity,
        };
    }

    private static RetryOptions? Change(RetryOptions? options, RetryOverride? said) => said is null ? options : said.Apply(options ?? new RetryOptions());

    // Not for those that take no part in the promise.
    private RetryOptions? DefaultRetryOf(HandlerRegistration registration) =>
        registration is { IsObserver: false, Ref: null, EndsByItself: false, Overflow: HandlerOverflow.BackPressure } ? Retry : null;
}
