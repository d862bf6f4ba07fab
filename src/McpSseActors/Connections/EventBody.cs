using System.Runtime.CompilerServices;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// Reads the event stream of a response. While the server sends nothing, no buffer is held, unless it was busy before.
/// Bytes that have arrived are read at once; an event never waits for more.
/// </summary>
/// <param name="stream">The decoded body of the response.</param>
/// <param name="isDecoded">Whether it had content codings.</param>
/// <param name="maxEventSize">The largest event that is accepted, in bytes.</param>
internal sealed class EventBody(Stream stream, bool isDecoded, int maxEventSize) : IDisposable, IAsyncDisposable
{
    /// <summary>
    /// A read of this many bytes is probably followed by more, so the next one waits with a large buffer. After a wait
    /// without a buffer, HttpClient returns at most its own buffer, which is this long: a small one is enough, and
    /// thousands of streams with a comment each need no large ones.
    /// </summary>
    private const int BusyFrom = 4096;

    private readonly SseDecoder _decoder = new(maxEventSize);
    private bool _isBusy;
    private bool _isFlowing;
    private Task<int>? _wait;
    private Unfinished? _unfinished;

    /// <summary>Starts to read a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="maxEventSize">The largest event that is accepted, in bytes.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <param name="tee">Sees every byte before this reader does.</param>
    public static async Task<EventBody> OpenAsync(
        HttpResponseMessage response, int maxEventSize, CancellationToken cancellation, Func<HttpResponseMessage, Stream, Stream>? tee = null)
    {
        var codings = AnswerHead.Codings(response);
        var content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var decoded = ContentCoding.Undo(codings, content);
        return new EventBody(tee?.Invoke(response, decoded) ?? decoded, codings.Count > 0, maxEventSize);
    }

    /// <summary>Waits for bytes; the default is the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The compressed data is corrupt.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation)
    {
        if (_unfinished is { } unfinished)
            return await FinishAsync(unfinished).ConfigureAwait(false);
        // A decompressor may hold back what it has when it is asked for zero bytes.
        if (_wait is not null || (!isDecoded && !_isBusy))
            await WaitAsync(cancellation).ConfigureAwait(false);
        var size = _isBusy ? chunkSize : Math.Min(chunkSize, BusyFrom);
        var buffer = SharedArrays<byte>.Rent(size);
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
                SharedArrays<byte>.Return(buffer);
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

    // Servers send each event as one HTTP chunk, and HttpClient returns one chunk at a time: the chunks that it already
    // holds are added to the first. The first event after a pause is not held for that, because asking for more takes
    // time; the next read returns those that came with it.
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

    // If there is nothing, the wait for it has started.
    private bool IsMoreThere(CancellationToken cancellation)
    {
        var wait = stream.ReadAsync(Memory<byte>.Empty, cancellation);
        if (wait.IsCompletedSuccessfully)
            return wait.Result == 0;
        _wait = wait.AsTask();
        return false;
    }

    // Rare: only the header of an HTTP chunk, or the end of the connection, had arrived. The read keeps its buffer; the
    // bytes before it go into another.
    private Chunk Split(Unfinished unfinished)
    {
        _unfinished = unfinished;
        var taken = SharedArrays<byte>.Rent(unfinished.Offset);
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

    // Reads that are still running fail now, and nothing awaits them.
    private void Abandon()
    {
        foreach (var begun in new[] { _wait, _unfinished?.Read })
            begun?.ContinueWith(broken => broken.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>A running read, after bytes that were handed out.</summary>
    private readonly record struct Unfinished(Task<int> Read, byte[] Buffer, int Offset);
}
