using System.Diagnostics.CodeAnalysis;

namespace McpSseActors.Events;

/// <summary>
/// Recognises events that a server sends again after a resume: those whose ID and content are among the last ones dispatched, until the first
/// that is not. Each is taken for a repeat once a resume, and an ID that the server has used more than once never is. Bounded.
/// </summary>
internal sealed class ResumeWindow(int capacity)
{
    /// <summary>Longer IDs are not remembered, so that the window is bounded in bytes too.</summary>
    private const int LongestId = 256;

    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, Use> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _repeatable = new(StringComparer.Ordinal);

    /// <summary>A new connection: what was dispatched so far may come again.</summary>
    public void Resume()
    {
        _repeatable.Clear();
        foreach (var (id, use) in _used)
        {
            if (use.Count == 1)
                _repeatable.Add(id, use.Content);
        }
    }

    /// <summary>Whether an event is a repeat. Events without an ID never are.</summary>
    public bool IsRepeat(McpEvent received)
    {
        if (_repeatable.Count == 0 || !CanRemember(received.EventId))
            return false;
        if (_repeatable.Remove(received.EventId, out var known) && known == received.GetContentHash())
            return true;
        _repeatable.Clear();
        return false;
    }

    /// <summary>Remembers an event that was dispatched.</summary>
    public void Remember(McpEvent received)
    {
        if (!CanRemember(received.EventId))
            return;
        if (_order.Count == capacity)
            Forget(_order.Dequeue());
        _order.Enqueue(received.EventId);
        _used[received.EventId] = new Use(_used.GetValueOrDefault(received.EventId).Count + 1, received.GetContentHash());
    }

    private bool CanRemember([NotNullWhen(true)] string? id) => id is { Length: <= LongestId } && capacity > 0;

    private void Forget(string id)
    {
        var use = _used[id];
        if (use.Count == 1)
            _used.Remove(id);
        else
            _used[id] = use with { Count = use.Count - 1 };
    }

    private readonly record struct Use(int Count, int Content);
}
