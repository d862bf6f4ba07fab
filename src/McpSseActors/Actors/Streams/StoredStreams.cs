using System.Collections.Immutable;
using McpSseActors.Configuration;
using McpSseActors.Definitions;

namespace McpSseActors.Actors.Streams;

/// <summary>What was stored at run time: streams, and changed subscriptions. One change at a time; used from any thread.</summary>
/// <param name="store">The store; null if nothing can be stored.</param>
/// <param name="restore">Supplies what is not stored of a stream.</param>
internal sealed class StoredStreams(IStreamStore? store, Func<StreamOptions, StreamOptions> restore)
{
    private readonly StoreCalls _calls = new("store of streams", StoreCalls.LongestCall);
    private readonly SemaphoreSlim _turn = new(1);

    // Null for a definition that this version cannot read.
    private volatile ImmutableDictionary<string, StreamDefinition?> _known = ImmutableDictionary.Create<string, StreamDefinition?>(StringComparer.Ordinal);

    private volatile bool _isLoaded;

    public bool IsUsed => store is not null;

    /// <summary>Gets the number of lines of its file that are damaged, and not used.</summary>
    public int Damaged => store is FileStreamStore file ? file.Damaged : 0;

    public bool Has(string stream) => _known.ContainsKey(stream);

    /// <summary>Gets the streams to restore.</summary>
    public Task<ImmutableArray<RestoredStream>> LoadAsync() => InTurnAsync(async () =>
    {
        var loaded = await _calls.CallAsync(store!.LoadAsync).ConfigureAwait(false);
        _isLoaded = true;
        _known = _known.SetItems(loaded.Select(each => KeyValuePair.Create(each.Stream, StreamDefinition.TryRead(each.Definition))));
        return loaded.Select(each => Restore(each.Stream, _known[each.Stream])).OfType<RestoredStream>().ToImmutableArray();
    });

    /// <summary>Stores a stream.</summary>
    /// <exception cref="InvalidOperationException">Nothing can be stored.</exception>
    /// <exception cref="PositionStoreException">The store failed.</exception>
    public Task AddAsync(StreamOptions options) => SaveAsync(options.Name, _ => StreamDefinition.Of(options));

    /// <summary>Stores a change of a stream's subscriptions.</summary>
    /// <returns>The subscriptions that are stored now.</returns>
    /// <exception cref="InvalidOperationException">Nothing can be stored, or the subscriptions may hold a secret.</exception>
    /// <exception cref="PositionStoreException">The store failed.</exception>
    public async Task<McpSubscriptions> ChangeAsync(StreamOptions options, Func<McpSubscriptions, McpSubscriptions> change)
    {
        var configured = options.Mcp.Subscriptions;
        var saved = await SaveAsync(options.Name, known =>
        {
            if (!_isLoaded)
                throw new PositionStoreException($"The subscriptions of stream '{options.Name}' are not stored: what is stored of it is not read yet.");
            if (known is null && Has(options.Name))
                throw new InvalidOperationException($"The subscriptions of stream '{options.Name}' are not stored: this version can't read what is stored of it. Remove the stream and add it again.");
            known ??= new StreamDefinition();
            return known.With(Storable(change(known.Replaces(configured) ? known.Subscriptions! : configured)), configured);
        }).ConfigureAwait(false);
        return saved.Subscriptions!;
    }

    /// <summary>Removes a stream.</summary>
    /// <exception cref="PositionStoreException">The store failed.</exception>
    public Task<bool> RemoveAsync(string stream) => InTurnAsync(async () =>
    {
        await CallAsync($"Stream '{stream}' stays: it can't be removed from the store", cancellation => store!.RemoveAsync(stream, cancellation)).ConfigureAwait(false);
        _known = _known.Remove(stream);
        return true;
    });

    /// <summary>Gets the subscriptions that are stored for a stream.</summary>
    /// <returns>The subscriptions; null if none are stored. Whether they are out of date, because others are configured since.</returns>
    public (McpSubscriptions? Subscriptions, bool AreOutOfDate) SubscriptionsOf(StreamOptions options) =>
        _known.GetValueOrDefault(options.Name) is { Subscriptions: { } stored } definition ? (stored, !definition.Replaces(options.Mcp.Subscriptions)) : (null, false);

    public string Describe(Exception fault) => _calls.Describe(fault);

    private Task<StreamDefinition> SaveAsync(string stream, Func<StreamDefinition?, StreamDefinition> change) => InTurnAsync(async () =>
    {
        if (store is null)
            throw new InvalidOperationException(
                $"Nothing is stored of stream '{stream}': the host has no store of streams. Call WithDurableDelivery with InFile, InDatabase or StreamsIn, or leave Persist out.");
        var definition = change(_known.GetValueOrDefault(stream));
        await CallAsync($"Stream '{stream}' is not stored", cancellation => store.SaveAsync(new StoredStream(stream, definition.Write()), cancellation)).ConfigureAwait(false);
        _known = _known.SetItem(stream, definition);
        return definition;
    });

    private async Task CallAsync(string failure, Func<CancellationToken, Task> call)
    {
        try
        {
            await _calls.CallAsync(async cancellation =>
            {
                await call(cancellation).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw new PositionStoreException($"{failure}: {_calls.Describe(fault)}", fault);
        }
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static McpSubscriptions Storable(McpSubscriptions subscriptions) => subscriptions.Resources.FirstOrDefault(uri => Redact.WithoutSecrets(uri) != uri) is { } uri
        ? throw new InvalidOperationException($"The resource {Redact.Url(uri)} is not stored: its user info, query or fragment may be secret. Subscribe to it without Persist.")
        : subscriptions;

    private RestoredStream? Restore(string name, StreamDefinition? definition)
    {
        if (definition is null || Rules.Name(name) is not null)
            return new RestoredStream(name, null, "this version cannot read it");
        if (definition.Settings is null)
            return null;
        try
        {
            var options = Supply(definition.Read() with { Name = name }, out var failure) with { Name = name };
            if (failure is not null)
                return new RestoredStream(name, options with { Lack = $"OnRestore failed ({failure.GetType().Name}); the log has the details" }, null) { Failure = failure };
            if (definition.MissingIn(options) is { Count: > 0 } missing)
                return new RestoredStream(name, options with { Lack = LackOf(missing) }, null);
            var faults = OptionsValidation.Check(options);
            return faults.IsEmpty ? new RestoredStream(name, options, null) : new RestoredStream(name, null, string.Join("; ", faults));
        }
        catch (McpSseConfigurationException invalid)
        {
            return new RestoredStream(name, null, string.Join("; ", invalid.Faults));
        }
    }

    private StreamOptions Supply(StreamOptions stored, out Exception? failure)
    {
        failure = null;
        try
        {
            return restore(stored) ?? throw new InvalidOperationException("OnRestore returned null.");
        }
        catch (Exception fault)
        {
            failure = fault;
            return stored;
        }
    }

    private static string LackOf(IReadOnlyList<string> missing) =>
        $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not stored, and not supplied: supply {(missing.Count == 1 ? "it" : "them")} with OnRestore of WithDurableDelivery, or remove the stream and add it again";
}

/// <summary>A stored stream when the host starts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">Its options; null if it cannot be restored.</param>
/// <param name="Fault">Why it cannot; null if it can.</param>
internal sealed record RestoredStream(string Name, StreamOptions? Options, string? Fault)
{
    /// <summary>Gets what <c>OnRestore</c> threw; null for nothing.</summary>
    public Exception? Failure { get; init; }
}
