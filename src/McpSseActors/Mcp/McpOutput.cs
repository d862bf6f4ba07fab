using System.Threading.Channels;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// The events of all streams of one attempt, in the order of arrival. Holds one chunk: the next writer waits until it
/// is read. Chunks that arrive before the attempt is open are kept, up to a limit, because nothing reads them yet.
/// </summary>
internal sealed class McpOutput
{
    private const int MostEarlyBytes = 1024 * 1024;

    private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(1);
    private readonly Queue<Chunk> _early = new();
    private readonly Lock _lock = new();
    private int _earlyBytes;
    private int _uncounted;
    private bool _isOpen;

    /// <summary>Marks the attempt as open: from now on, chunks are read.</summary>
    public void Open()
    {
        lock (_lock)
            _isOpen = true;
    }

    /// <exception cref="TransportException">Too much arrived before the attempt was open.</exception>
    public ValueTask WriteAsync(Chunk chunk, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_isOpen)
                return Write(chunk.WithMore(_uncounted), cancellation);
            _early.Enqueue(chunk);
            _earlyBytes += chunk.Received;
        }

        return _earlyBytes <= MostEarlyBytes ? default : throw TransportException.Lost("the server sent too much before the stream was open");
    }

    // An empty chunk must not wait for the events before it: the next one counts its bytes.
    private ValueTask Write(Chunk chunk, CancellationToken cancellation)
    {
        var isWritten = _chunks.Writer.TryWrite(chunk);
        if (isWritten || chunk.Length > 0 || chunk.LeftOut != default || chunk.Receipt is not null)
        {
            _uncounted = 0;
            return isWritten ? default : _chunks.Writer.WriteAsync(chunk, cancellation);
        }

        _uncounted = chunk.Received;
        chunk.Return();
        return default;
    }

    /// <summary>Waits for the next chunk; the default is the end of the stream.</summary>
    public ValueTask<Chunk> ReadAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_early.TryDequeue(out var early))
                return new(early);
        }

        return _chunks.Reader.TryRead(out var chunk) ? new(chunk) : WaitAsync(cancellation);
    }

    /// <summary>Ends the output; what was written can still be read.</summary>
    /// <param name="fault">The reason; null for a clean end.</param>
    public void End(Exception? fault) => _chunks.Writer.TryComplete(fault);

    /// <summary>Returns the buffers of chunks that will not be read.</summary>
    public void Discard()
    {
        End(null);
        lock (_lock)
        {
            while (_early.TryDequeue(out var early))
                early.Drop();
        }

        while (_chunks.Reader.TryRead(out var chunk))
            chunk.Drop();
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
