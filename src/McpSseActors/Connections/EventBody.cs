using System.Buffers;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>The event stream of an answer. It holds no buffer while the server is silent.</summary>
internal sealed class EventBody : IAsyncDisposable
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>
    /// Behind a read of so many bytes there are probably more: then the next waits with a buffer in hand. Behind a wait without one, HttpClient gives no
    /// more than its own buffer holds, which is this much.
    /// </summary>
    private const int BusyFrom = 4096;

    private readonly Stream _stream;
    private readonly bool _isDecoded;
    private bool _isBusy;

    private EventBody(Stream stream, bool isDecoded)
    {
        _stream = stream;
        _isDecoded = isDecoded;
    }

    public static async Task<EventBody> OpenAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        new(await McpHttp.BodyAsync(response, cancellation).ConfigureAwait(false), AnswerHead.Codings(response).Count > 0);

    /// <summary>Waits for bytes; the default is the end.</summary>
    public async ValueTask<Chunk> ReadAsync(CancellationToken cancellation)
    {
        // A decoder may hold back what it has while it is asked for nothing.
        if (!_isDecoded && !_isBusy)
            await _stream.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var length = 0;
        try
        {
            length = await _stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (length == 0)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        _isBusy = length >= BusyFrom;
        return length == 0 ? default : new Chunk(buffer, length);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
