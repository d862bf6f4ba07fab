using System.Buffers;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// The event stream of an answer. While the server is silent, and was not busy before, it is waited for without a buffer. What is there already is taken
/// in one go; for more, no event waits.
/// </summary>
/// <param name="stream">The answer's body, without its codings.</param>
/// <param name="isDecoded">Whether it had any.</param>
/// <param name="maxEventSize">The largest event that is accepted, in bytes.</param>
internal sealed class EventBody(Stream stream, bool isDecoded, int maxEventSize) : IDisposable, IAsyncDisposable
{
    /// <summary>
    /// Behind a read of so many bytes there are probably more: then the next waits with a large buffer in hand. Behind a wait without one, HttpClient gives
    /// no more than its own buffer holds, which is this much: so a small one will do, and thousands of streams with a comment each take no large ones.
    /// </summary>
    private const int BusyFrom = 4096;

    private readonly SseDecoder _decoder = new(maxEventSize);
    private bool _isBusy;
    private bool _isFlowing;
    private Task<int>? _wait;
    private Unfinished? _unfinished;

    /// <summary>Begins to read an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="maxEventSize">The largest event that is accepted, in bytes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="tee">What shall see every byte before us.</param>
    public static async Task<EventBody> OpenAsync(
        HttpResponseMessage response, int maxEventSize, CancellationToken cancellation, Func<HttpResponseMessage, Stream, Stream>? tee = null)
    {
        var codings = AnswerHead.Codings(response);
        var content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var decoded = ContentCoding.Undo(codings, content);
        return new EventBody(tee?.Invoke(response, decoded) ?? decoded, codings.Count > 0, maxEventSize);
    }

    /// <summary>Waits for bytes; the default is the end.</summary>
    /// <exception cref="InvalidDataException">What was compressed is corrupt.</exception>
    public async ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation)
    {
        if (_unfinished is { } unfinished)
            return await FinishAsync(unfinished).ConfigureAwait(false);
        // A decoder may hold back what it has while it is asked for nothing.
        if (_wait is not null || (!isDecoded && !_isBusy))
            await WaitAsync(cancellation).ConfigureAwait(false);
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

        if (length == 0)
            return default;
        if (_isFlowing && !isDecoded)
            return Collect(buffer, length, size, cancellation);
        _isFlowing = true;
        _isBusy = length >= BusyFrom;
        return new Chunk(buffer, length, _decoder);
    }

    public void Dispose()
    {
        stream.Dispose();
        Abandon();
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        Abandon();
    }

    private ValueTask<int> WaitAsync(CancellationToken cancellation)
    {
        var wait = _wait is { } begun ? new ValueTask<int>(begun) : stream.ReadAsync(Memory<byte>.Empty, cancellation);
        _wait = null;
        _isFlowing &= wait.IsCompleted;
        return wait;
    }

    // Servers send each event as an HTTP chunk of its own, and HttpClient gives one chunk at a time: those that it holds already go with the first. The event
    // behind a silence is not kept for that, since to ask for more takes time; those that came with it are taken by the next read.
    private Chunk Collect(byte[] buffer, int length, int size, CancellationToken cancellation)
    {
        for (var count = length; count is > 0 and < BusyFrom && length < size && IsMoreThere(cancellation); length += count)
        {
            var read = stream.ReadAsync(buffer.AsMemory(length, size - length), cancellation);
            if (!read.IsCompletedSuccessfully)
                return Split(new Unfinished(read.AsTask(), buffer, length));
            count = read.Result;
        }

        _isBusy = length >= BusyFrom;
        return new Chunk(buffer, length, _decoder);
    }

    // If not, the wait for it has begun.
    private bool IsMoreThere(CancellationToken cancellation)
    {
        var wait = stream.ReadAsync(Memory<byte>.Empty, cancellation);
        if (wait.IsCompletedSuccessfully)
            return wait.Result == 0;
        _wait = wait.AsTask();
        return false;
    }

    // Seldom: what was there was the head of an HTTP chunk, or the end of the connection. The read keeps its buffer, and what came before goes in another.
    private Chunk Split(Unfinished unfinished)
    {
        _unfinished = unfinished;
        var taken = ArrayPool<byte>.Shared.Rent(unfinished.Offset);
        unfinished.Buffer.AsSpan(0, unfinished.Offset).CopyTo(taken);
        return new Chunk(taken, unfinished.Offset, _decoder);
    }

    private async ValueTask<Chunk> FinishAsync(Unfinished unfinished)
    {
        _unfinished = null;
        var length = await unfinished.Read.ConfigureAwait(false);
        unfinished.Buffer.AsSpan(unfinished.Offset, length).CopyTo(unfinished.Buffer);
        return length == 0 ? default : new Chunk(unfinished.Buffer, length, _decoder);
    }

    // What has begun breaks now, and nobody waits for it who could be told.
    private void Abandon()
    {
        foreach (var begun in new[] { _wait, _unfinished?.Read })
            begun?.ContinueWith(broken => broken.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>A read that has begun behind bytes that were handed out.</summary>
    private readonly record struct Unfinished(Task<int> Read, byte[] Buffer, int Offset);
}
