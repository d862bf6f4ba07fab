using System.Net.Sockets;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// Reads ahead what has arrived on a connection without TLS: HttpClient takes short HTTP chunks apart in a buffer of 4 KiB, which would be a system
/// call for some tens of events of a server that sends each as a chunk. It never waits for more, and holds no buffer but for bytes that have arrived.
/// As HttpClient does, it has one reader at a time.
/// </summary>
/// <param name="connection">The connection.</param>
internal sealed class ReadAheadStream(NetworkStream connection) : Stream
{
    private const int MostAhead = 64 * 1024;

    /// <summary>A read of so many bytes is for the content of a long HTTP chunk: it goes to its buffer at once.</summary>
    private const int LongFrom = 16 * 1024;

    /// <summary>Between long chunks, there is mostly one short read, for the next head.</summary>
    private const int ShortReadsBefore = 2;

    private byte[] _ahead = [];
    private int _start;
    private int _end;
    private int _shortReads;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Puts itself between HttpClient and a connection without TLS; the stream of TLS reads ahead by itself.</summary>
    public static ValueTask<Stream> FilterAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(context.PlaintextStream is NetworkStream connection ? new ReadAheadStream(connection) : context.PlaintextStream);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        HasAhead(buffer.Length) ? ValueTask.FromResult(Take(buffer.Span)) : connection.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => HasAhead(buffer.Length) ? Take(buffer) : connection.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => connection.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        connection.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Flush() => connection.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // The buffer is left to the collector: a read may be taking from it.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Dispose();
        base.Dispose(disposing);
    }

    private bool HasAhead(int wanted)
    {
        if (_start < _end)
            return true;
        _shortReads = wanted >= LongFrom ? 0 : Math.Min(ShortReadsBefore, _shortReads + Math.Sign(wanted));
        if (_shortReads < ShortReadsBefore || wanted is 0 or >= LongFrom || Arrived() <= wanted)
            return false;
        _ahead = SharedArrays<byte>.Rent(MostAhead);
        (_start, _end) = (0, connection.Read(_ahead, 0, MostAhead));
        return _end > 0;
    }

    // If the connection is broken, the next read says so, as HttpClient expects it.
    private int Arrived()
    {
        try
        {
            return connection.Socket.Available;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private int Take(Span<byte> buffer)
    {
        var length = Math.Min(buffer.Length, _end - _start);
        _ahead.AsSpan(_start, length).CopyTo(buffer);
        _start += length;
        if (_start == _end)
        {
            SharedArrays<byte>.Return(_ahead);
            _ahead = [];
        }

        return length;
    }
}
