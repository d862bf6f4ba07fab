using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>What a host promises about delivery: the table <c>[mcp_sse.delivery]</c>.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The promise.</summary>
    /// <value>Default: <see cref="DeliveryGuarantee.AtMostOnce"/>.</value>
    public DeliveryGuarantee Guarantee { get; init; } = DeliveryGuarantee.AtMostOnce;

    /// <summary>
    /// The file in which positions are stored with <see cref="DeliveryGuarantee.AtLeastOnce"/>, or a database: a connection string that names its
    /// provider, <c>Provider=Npgsql;Host=db;Database=app</c>. Not in <c>ToString</c>: it may hold a password.
    /// </summary>
    /// <value>Default: <c>mcp-sse.positions</c>. A file of options resolves a relative path from its folder; otherwise it is relative to the working directory.</value>
    public string Store { get; init; } = "mcp-sse.positions";

    /// <summary>What a stream does while its position cannot be read or saved, or a dead letter cannot be stored.</summary>
    /// <value>Default: <see cref="StoreFailure.Continue"/>.</value>
    public StoreFailure OnStoreFailure { get; init; } = StoreFailure.Continue;

    /// <summary>What happens to an event at which a handler fails that says nothing else.</summary>
    /// <value>Default: null, which with <see cref="DeliveryGuarantee.AtLeastOnce"/> means the default <see cref="RetryOptions"/>, and otherwise no retries.</value>
    public RetryOptions? Retry { get; init; }

    /// <summary>What is said of handlers by their name.</summary>
    internal ImmutableSortedDictionary<string, RetryOverride> RetryByHandler { get; init; } = ImmutableSortedDictionary<string, RetryOverride>.Empty;

    /// <summary>How many dead letters are kept.</summary>
    /// <value>Default: see <see cref="DeadLetterLimits"/>.</value>
    public DeadLetterLimits DeadLetters { get; init; } = new();

    /// <summary>Gets whether <see cref="Store"/> names a database.</summary>
    public bool IsStoreDatabase => DatabaseText.Is(Store);

    /// <summary>The file of the dead letters: <see cref="Store"/> with <c>.dead-letters</c> appended.</summary>
    public string DeadLetterStore => Store + ".dead-letters";

    /// <summary>The file of the streams that are added at run time.</summary>
    internal string StreamStore => Store + ".streams";

    /// <summary>Whether it says the same.</summary>
    internal bool IsSame(DeliveryOptions other) => WithoutHandlers(this) == WithoutHandlers(other) && RetryByHandler.SequenceEqual(other.RetryByHandler);

    private static DeliveryOptions WithoutHandlers(DeliveryOptions options) =>
        options with { RetryByHandler = ImmutableSortedDictionary<string, RetryOverride>.Empty };

    /// <summary>The options of a file in a folder, at which a relative path of a store starts.</summary>
    internal DeliveryOptions In(string folder) => IsStoreDatabase ? this : this with { Store = Path.Combine(folder, Store) };

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Guarantee = {Guarantee}, Store = {(IsStoreDatabase ? "(a database)" : Store)}, ")
            .Append(CultureInfo.InvariantCulture, $"OnStoreFailure = {OnStoreFailure}, Retry = {Retry}, DeadLetters = {DeadLetters}");
        return true;
    }
}

/// <summary>How often a handler gets each event, over crashes of the process.</summary>
public enum DeliveryGuarantee
{
    /// <summary>Once, as far as repeats can be recognised; what was not handled when the process was killed is lost.</summary>
    AtMostOnce,

    /// <summary>Until the handlers have finished it, if the server can send it again; then perhaps twice.</summary>
    AtLeastOnce,
}

/// <summary>What a stream does while its position cannot be read or saved.</summary>
public enum StoreFailure
{
    /// <summary>It goes on: after a crash, what was handled since the last save comes again.</summary>
    Continue,

    /// <summary>It stays connected and reads no more until its position is saved.</summary>
    Pause,
}
