using System.IO.Hashing;

namespace McpSseActors.Events;

/// <summary>
/// Recognises events of an MCP subscription that were dispatched before, by their IDs alone, and over all connections. Bounded.
/// </summary>
/// <param name="capacity">How many are remembered.</param>
internal sealed class SeenOccurrences(int capacity)
{
    private readonly HashSet<UInt128> _ids = [];
    private readonly Queue<UInt128> _order = new();
    private readonly List<UInt128> _ofBatch = [];
    private string? _subscription;

    /// <summary>Starts a batch, and forgets a batch that was not remembered: it was lost, and comes again.</summary>
    /// <param name="subscription">What it belongs to: what was dispatched for another subscription, or another principal, does not count.</param>
    public void Begin(string subscription)
    {
        if (_ofBatch.Count > 0)
            Forget();
        if (_subscription is { } before && before != subscription)
        {
            _ids.Clear();
            _order.Clear();
        }

        _subscription = subscription;
    }

    /// <summary>Whether an event was dispatched before, or earlier in this batch.</summary>
    public bool IsRepeat(ReadOnlySpan<byte> id)
    {
        if (capacity == 0)
            return false;
        var hash = XxHash128.HashToUInt128(id);
        if (!_ids.Add(hash))
            return true;
        _ofBatch.Add(hash);
        return false;
    }

    /// <summary>Remembers the batch, which was dispatched.</summary>
    public void Remember()
    {
        foreach (var id in _ofBatch)
        {
            _order.Enqueue(id);
            if (_order.Count > capacity)
                _ids.Remove(_order.Dequeue());
        }

        _ofBatch.Clear();
    }

    private void Forget()
    {
        _ids.ExceptWith(_ofBatch);
        _ofBatch.Clear();
    }
}
