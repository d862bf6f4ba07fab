namespace McpSseActors.Cluster.Tests;

/// <summary>A store of positions that all nodes of a test share, with tokens as a database has them.</summary>
internal sealed class SharedPositions : IPositionStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PositionLease> _leases = new(StringComparer.Ordinal);

    /// <summary>How often streams were taken over.</summary>
    public int Acquisitions { get; private set; }

    public Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Acquisitions++;
            var known = _leases.GetValueOrDefault(stream);
            return Task.FromResult(_leases[stream] = new PositionLease((known?.Token ?? 0) + 1, known?.Position));
        }
    }

    public Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var lost = new List<string>();
            foreach (var update in updates)
            {
                if (_leases[update.Stream].Token == update.Token)
                    _leases[update.Stream] = new PositionLease(update.Token, update.Position);
                else
                    lost.Add(update.Stream);
            }

            return Task.FromResult<IReadOnlyCollection<string>>(lost);
        }
    }

    public Task RemoveAsync(string stream, long token, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
