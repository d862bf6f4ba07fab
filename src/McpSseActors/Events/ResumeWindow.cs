namespace McpSseActors.Events;

/// <summary>
/// Recognises events that a server sends again after a resume: those whose ID is among the last ones dispatched, until the first ID that is
/// not. Each ID is taken for a repeat once a resume, and an ID that the server has used more than once never is. Bounded.
/// </summary>
internal sealed class ResumeWindow(int capacity)
{
    /// <summary>Longer IDs are not remembered, so that the window is bounded in bytes too.</summary>
    private const int LongestId = 256;

    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeatable = new(StringComparer.Ordinal);

    /// <summary>A new connection: what was dispatched so far may come again.</summary>
    public void Resume()
    {
        _repeatable.Clear();
        foreach (var (id, uses) in _uses)
        {
            if (uses == 1)
                _repeatable.Add(id);
        }
    }

    /// <summary>Whether an event is a repeat; if not, its ID is remembered. Events without an ID never are.</summary>
    public bool IsRepeat(string? id)
    {
        if (id is null || id.Length > LongestId || capacity == 0)
            return false;
        if (_repeatable.Count > 0)
        {
            if (_repeatable.Remove(id))
                return true;
            _repeatable.Clear();
        }

        Remember(id);
        return false;
    }

    private void Remember(string id)
    {
        if (_order.Count == capacity)
            Forget(_order.Dequeue());
        _order.Enqueue(id);
        _uses[id] = _uses.GetValueOrDefault(id) + 1;
    }

    private void Forget(string id)
    {
        if (_uses[id] == 1)
            _uses.Remove(id);
        else
            _uses[id]--;
    }
}
