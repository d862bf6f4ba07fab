using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace McpSseActors.Benchmarks.Server;

/// <summary>A connection of a client: requests one after the other.</summary>
internal sealed class Connection : IDisposable
{
    private static long _sentBytes;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private byte[] _received = [];

    public Connection(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>What was sent by all connections together; what the kernel has not taken yet does not count.</summary>
    public static long SentBytes => Volatile.Read(ref _sentBytes);

    /// <summary>Waits for the next request; null is the end.</summary>
    public async Task<Request?> ReadAsync()
    {
        if (await TakeUntilAsync("\r\n\r\n") is not { } head)
            return null;
        var request = Request.Parse(Encoding.UTF8.GetString(head));
        return request with { Body = request.IsChunked ? await TakeChunksAsync() : await TakeAsync(request.ContentLength) };
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes);
        Interlocked.Add(ref _sentBytes, bytes.Length);
    }

    /// <summary>Sends on this thread, which waits.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        Interlocked.Add(ref _sentBytes, bytes.Length);
    }

    /// <summary>Waits until the client goes.</summary>
    public async Task UntilClosedAsync()
    {
        _received = [];
        var one = new byte[1];
        while (await _stream.ReadAsync(one) > 0)
        {
        }
    }

    /// <summary>Cuts the connection in the middle of the answer: with a reset, or with an end that comes too early.</summary>
    public void Cut(bool isReset)
    {
        if (isReset)
            _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _stream.Dispose();

    private async Task<byte[]> TakeChunksAsync()
    {
        var body = new List<byte>();
        while (await TakeUntilAsync("\r\n") is { } size && int.Parse(Encoding.UTF8.GetString(size), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var length)
        {
            var chunk = await TakeAsync(length + 2);
            if (length == 0)
                break;
            body.AddRange(chunk[..length]);
        }

        return [.. body];
    }

    private async Task<byte[]?> TakeUntilAsync(string end)
    {
        var mark = Encoding.UTF8.GetBytes(end);
        int found;
        while ((found = _received.AsSpan().IndexOf(mark)) < 0)
        {
            if (!await FillAsync())
                return null;
        }

        var taken = _received[..found];
        _received = _received[(found + mark.Length)..];
        return taken;
    }

    private async Task<byte[]> TakeAsync(int length)
    {
        while (_received.Length < length)
        {
            if (!await FillAsync())
                throw new EndOfStreamException();
        }

        var taken = _received[..length];
        _received = _received[length..];
        return taken;
    }

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[4096];
        var length = await _stream.ReadAsync(buffer);
        _received = [.. _received, .. buffer.AsSpan(0, length)];
        return length > 0;
    }
}
