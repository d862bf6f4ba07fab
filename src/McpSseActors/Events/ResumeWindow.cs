using System.IO.Hashing;

namespace McpSseActors.Events;

/// <summary>Tells an event apart from all others by the hashes of its ID, and of its type and data.</summary>
internal readonly record struct EventFingerprint(ulong Id, ulong Content)
{
    /// <param name="typeHash">That of <see cref="HashOf"/>.</param>
    /// <param name="id">Not empty.</param>
    /// <param name="data">The data.</param>
    public static EventFingerprint Of(long typeHash, ReadOnlySpan<byte> id, ReadOnlySpan<byte> data) =>
        new(XxHash3.HashToUInt64(id), XxHash3.HashToUInt64(data, typeHash));

    public static long HashOf(string type) => string.GetHashCode(type, StringComparison.Ordinal);
}

/// <summary>
/// Recognises events that a server sends again after a resume: those whose ID and content are among the last ones dispatched, until the first
/// that is not. Each is taken for a repeat once a resume, and an ID that the server has used more than once never is. Bounded.
/// </summary>
internal sealed class ResumeWindow(int capacity)
{
    private readonly List<EventFingerprint> _last = [];
    private readonly Dictionary<ulong, ulong> _repeatable = [];
    private int _next;

    /// <summary>A new connection: what was dispatched so far may come again.</summary>
    public void Resume()
    {
        _repeatable.Clear();
        foreach (var one in _last.GroupBy(e => e.Id).Where(sameId => sameId.Count() == 1).Select(sameId => sameId.Single()))
            _repeatable.Add(one.Id, one.Content);
    }

    /// <summary>Whether an event is a repeat. Events without an ID never are.</summary>
    public bool IsRepeat(EventFingerprint received)
    {
        if (_repeatable.Count == 0)
            return false;
        if (_repeatable.Remove(received.Id, out var content) && content == received.Content)
            return true;
        _repeatable.Clear();
        return false;
    }

    /// <summary>Remembers an event that was dispatched.</summary>
    public void Remember(EventFingerprint received)
    {
        if (_last.Count < capacity)
        {
            _last.Add(received);
        }
        else if (capacity > 0)
        {
            _last[_next] = received;
            _next = (_next + 1) % capacity;
        }
    }
}
