using System.Text;

namespace McpSseActors.Sse;

/// <summary>
/// The position up to which a stream has been read. The owner of the stream keeps it, and reading a chunk
/// moves it. It outlives decoders and connections. Not thread-safe.
/// </summary>
internal sealed class StreamCursor
{
    private readonly PooledBuffer<byte> _lastEventId = new();
    private StreamPosition? _position = StreamPosition.Start;
    private StreamSession? _session;
    private StreamSource? _source;
    private long? _retryMilliseconds;

    /// <summary>Gets the last event ID, UTF-8; empty for none. The span is valid until the cursor moves.</summary>
    public ReadOnlySpan<byte> LastEventId => _lastEventId.Written;

    /// <summary>Whether this is <see cref="LastEventId"/>: the same memory, not an equal ID elsewhere.</summary>
    public bool IsAt(ReadOnlySpan<byte> id) => _lastEventId.Holds(id);

    /// <summary>Gets a number that grows each time the last event ID is set, even to the same value.</summary>
    public int Version { get; private set; }

    /// <summary>Gets the reconnection time that the server gave last, in milliseconds; null if it gave none.</summary>
    public long? RetryMilliseconds
    {
        get => _retryMilliseconds;
        set => (_retryMilliseconds, _position) = (value, _retryMilliseconds == value ? _position : null);
    }

    /// <summary>Gets the position as a value. The same object as long as the cursor stays where it is.</summary>
    public StreamPosition Position => _position ??=
        new StreamPosition(Encoding.UTF8.GetString(LastEventId), RetryMilliseconds is { } retry ? TimeSpan.FromMilliseconds(retry) : null, _session)
        {
            Of = _source,
        };

    /// <summary>Moves to a position.</summary>
    public void Seek(StreamPosition position)
    {
        MoveTo(Encoding.UTF8.GetBytes(position.LastEventId));
        _retryMilliseconds = (long?)position.ReconnectionTime?.TotalMilliseconds;
        (_session, _source) = (position.Session, position.Of);
        _position = position;
    }

    /// <summary>
    /// Sets the last event ID and returns the cursor's copy of it. Costs nothing if the span is that copy.
    /// </summary>
    public ReadOnlySpan<byte> MoveTo(ReadOnlySpan<byte> id)
    {
        if (!_lastEventId.Holds(id))
        {
            _lastEventId.Hold(id);
            _position = null;
            Version++;
        }

        return LastEventId;
    }

    /// <summary>
    /// Follows the stream into a session. The last event ID of another session means nothing in it, and is cleared.
    /// </summary>
    public void Enter(StreamSession session)
    {
        if (ReferenceEquals(session, _session))
            return;
        _session = session;
        _position = null;
        MoveTo([]);
    }
}
