using System.Threading.Channels;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// The events of one attempt, whichever of its streams they came by, in the order in which they came. Holds one chunk: who brings the next
/// waits until it is taken. Only what comes before the attempt is open is kept, up to a limit, since nobody takes it yet.
/// </summary>
internal sealed class McpOutput
{
    private const int MostEarlyBytes = 1024 * 1024;

    private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(1);
    private readonly Queue<Chunk> _early = new();
    private readonly Lock _lock = new();
    private int _earlyBytes;
    private bool _isOpen;

    /// <summary>From now on somebody reads.</summary>
    public void Open()
    {
        lock (_lock)
            _isOpen = true;
    }

    /// <exception cref="TransportException">Too much came before the attempt was open.</exception>
    public ValueTask WriteAsync(Chunk chunk, CancellationToken cancellation)
    {
        lock (_lock)
        {
            // An answer of which nothing is to be handled must not wait behind events that are.
            if (_isOpen)
                return _chunks.Writer.TryWrite(chunk) || chunk is { Length: 0, LeftOut: var leftOut } && leftOut == default ? default : _chunks.Writer.WriteAsync(chunk, cancellation);
            _early.Enqueue(chunk);
            _earlyBytes += chunk.Received;
        }

        return _earlyBytes <= MostEarlyBytes ? default : throw TransportException.Lost("the server sent too much before it was ready");
    }

    /// <summary>Waits for the next chunk; the default is the end.</summary>
    public ValueTask<Chunk> ReadAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_early.TryDequeue(out var early))
                return new(early);
        }

        return _chunks.Reader.TryRead(out var chunk) ? new(chunk) : WaitAsync(cancellation);
    }

    /// <summary>Nothing more comes; what was written can still be read.</summary>
    /// <param name="fault">Why; null is the clean end.</param>
    public void End(Exception? fault) => _chunks.Writer.TryComplete(fault);

    /// <summary>Gives back what nobody will read.</summary>
    public void Discard()
    {
        End(null);
        lock (_lock)
        {
            while (_early.TryDequeue(out var early))
                early.Return();
        }

        while (_chunks.Reader.TryRead(out var chunk))
            chunk.Return();
    }

    private async ValueTask<Chunk> WaitAsync(CancellationToken cancellation)
    {
        while (await _chunks.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            if (_chunks.Reader.TryRead(out var chunk))
                return chunk;
        }

        return default;
    }
}
