using System.Buffers;

namespace McpSseActors.Connections;

/// <summary>The event stream of an answer. While the server is silent, and was not busy before, it is waited for without a buffer.</summary>
/// <param name="stream">The answer's body, without its codings.</param>
/// <param name="isDecoded">Whether it had any.</param>
internal sealed class EventBody(Stream stream, bool isDecoded) : IDisposable, IAsyncDisposable
{
    /// <summary>
    /// Behind a read of so many bytes there are probably more: then the next waits with a large buffer in hand. Behind a wait without one, HttpClient gives
    /// no more than its own buffer holds, which is this much: so a small one will do, and thousands of streams with a comment each take no large ones.
    /// </summary>
    private const int BusyFrom = 4096;

    private bool _isBusy;

    /// <summary>Begins to read an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="tee">What shall see every byte before us.</param>
    public static async Task<EventBody> OpenAsync(HttpResponseMessage response, CancellationToken cancellation, Func<HttpResponseMessage, Stream, Stream>? tee = null)
    {
        var codings = AnswerHead.Codings(response);
        var content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var decoded = ContentCoding.Undo(codings, content);
        return new EventBody(tee?.Invoke(response, decoded) ?? decoded, codings.Count > 0);
    }

    /// <summary>Waits for bytes; the default is the end.</summary>
    /// <exception cref="InvalidDataException">What was compressed is corrupt.</exception>
    public async ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation)
    {
        // A decoder may hold back what it has while it is asked for nothing.
        if (!isDecoded && !_isBusy)
            await stream.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
        var size = _isBusy ? chunkSize : Math.Min(chunkSize, BusyFrom);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var length = 0;
        try
        {
            length = await stream.ReadAsync(buffer.AsMemory(0, size), cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (isDecoded && ContentCoding.IsCorruption(fault))
        {
            throw new InvalidDataException($"the server's compressed data is corrupt: {fault.Message}", fault);
        }
        finally
        {
            if (length == 0)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        _isBusy = length >= BusyFrom;
        return length == 0 ? default : new Chunk(buffer, length);
    }

    public void Dispose() => stream.Dispose();

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
