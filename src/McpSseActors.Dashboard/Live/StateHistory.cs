using System.Collections.Immutable;
using Akka.Actor;
using McpSseActors.Hosting;

namespace McpSseActors.Dashboard.Live;

/// <summary>A change of the state of a stream.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="State">The state since then.</param>
/// <param name="Reason">Why, without secrets.</param>
/// <param name="Attempt">The reconnect attempts in a row.</param>
/// <param name="RetryIn">The time until the next attempt; null if none is due.</param>
internal sealed record StateEntry(DateTimeOffset Time, ConnectionState State, string Reason, int Attempt, TimeSpan? RetryIn);

/// <summary>The last states of each stream. Bounded in both; safe from any thread.</summary>
internal sealed class StateHistory : IDisposable
{
    /// <summary>So many changes of a stream are kept.</summary>
    public const int MostEntries = 100;

    private const int MostStreams = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ImmutableQueue<(long Number, StateEntry Entry)>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _last;
    private IDisposable? _subscription;

    /// <summary>Gets the number of the last change of any stream.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Begins to listen. Streams may have connected before.</summary>
    public void Follow(IMcpSseClient client)
    {
        _subscription = client.OnStateChanged(Add);
        _ = AddLastAsync(client);
    }

    public void Add(StreamStateChanged change)
    {
        lock (_gate)
        {
            if (!_streams.TryGetValue(change.Stream, out var entries))
            {
                if (_streams.Count == MostStreams)
                    Forget(_streams.MinBy(each => each.Value.IsEmpty ? 0 : each.Value.Peek().Number).Key);
                entries = [];
            }

            var count = _counts.GetValueOrDefault(change.Stream);
            if (count == MostEntries)
                (entries, count) = (entries.Dequeue(), count - 1);
            var entry = new StateEntry(change.Timestamp, change.NewState, change.Reason, change.Attempt, change.RetryIn);
            _streams[change.Stream] = entries.Enqueue((++_last, entry));
            _counts[change.Stream] = count + 1;
        }
    }

    /// <summary>The changes of a stream after one, oldest first.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="number">The number of the last change that is known; 0 for none.</param>
    public ImmutableArray<StateEntry> Of(string stream, long number = 0)
    {
        lock (_gate)
            return _streams.TryGetValue(stream, out var entries) ? [.. entries.Where(each => each.Number > number).Select(each => each.Entry)] : [];
    }

    /// <summary>The last state of a stream; null if it is not known.</summary>
    public StateEntry? LastOf(string stream)
    {
        lock (_gate)
            return _streams.TryGetValue(stream, out var entries) ? entries.LastOrDefault().Entry : null;
    }

    public void Dispose() => _subscription?.Dispose();

    private async Task AddLastAsync(IMcpSseClient client)
    {
        try
        {
            foreach (var stream in await client.GetStreamsAsync().ConfigureAwait(false))
            {
                var last = await client.GetStateAsync(stream).ConfigureAwait(false);
                lock (_gate)
                {
                    if (last.OldState != last.NewState && !_streams.ContainsKey(stream))
                        Add(last);
                }
            }
        }
        catch (Exception gone) when (gone is StreamNotFoundException or AskTimeoutException or InvalidOperationException)
        {
            // The history begins with the next change.
        }
    }

    private void Forget(string stream)
    {
        _streams.Remove(stream);
        _counts.Remove(stream);
    }
}
