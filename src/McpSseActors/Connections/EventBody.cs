using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// Reads the event stream of a response. While the server sends nothing, no buffer is held, unless the read before was a
/// full one. Bytes that have arrived are read at once; an event never waits for more.
/// </summary>
/// <param name="stream">The decoded body of the response.</param>
/// <param name="isDecoded">Whether it had content codings.</param>
/// <param name="maxEventSize">The largest event that is accepted, in bytes.</param>
internal sealed class EventBody(Stream stream, bool isDecoded, int maxEventSize) : IDisposable, IAsyncDisposable, IValueTaskSource<Chunk>
{
    /// <summary>
    /// A read of this many bytes is probably followed by more, so the next one has a large buffer. After a wait without a
    /// buffer, HttpClient returns at most its own buffer, which is this long: a small one is enough, and thousands of
    /// streams with a comment each need no large ones.
    /// </summary>
    private const int BusyFrom = 4096;

    /// <summary>HttpClient's buffer without the head of an HTTP chunk. A read that returns so much is probably followed by more.</summary>
    private const int FullBuffer = BusyFrom - 64;

    /// <summary>The longest buffer with which a read begins to wait. A longer one is for what has arrived beyond it.</summary>
    private const int LongestWaiting = 64 * 1024;

    /// <summary>The shortest buffer: after a pause, one event is mostly all that comes.</summary>
    private const int Shortest = 256;

    private readonly SseDecoder _decoder = new(maxEventSize);
    private bool _isBusy;
    private bool _isFlowing;
    private int _expected = BusyFrom;
    private Task<int>? _wait;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _waiting;
    private (int ChunkSize, CancellationToken Cancellation) _next;
    private ManualResetValueTaskSourceCore<Chunk> _reading;
    private Action? _goOn;
    private Unfinished? _unfinished;
    private CancellationTokenSource? _begun;

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

    /// <summary>Waits for bytes; the default is the end of the stream. One read at a time, which is awaited once.</summary>
    /// <remarks>Waiting allocates nothing here: a stream with an event now and then waits once for each.</remarks>
    /// <exception cref="InvalidDataException">The compressed data is corrupt.</exception>
    public ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation)
    {
        if (_unfinished is { } unfinished)
            return FinishAsync(unfinished);
        // A decompressor may hold back what it has when it is asked for zero bytes.
        if (_wait is null && (isDecoded || _isBusy))
            return ReadArrivedAsync(chunkSize, cancellation);
        _next = (chunkSize, cancellation);
        _reading.Reset();
        var version = _reading.Version;
        GoOnAfter(WaitAsync(cancellation));
        return new ValueTask<Chunk>(this, version);
    }

    Chunk IValueTaskSource<Chunk>.GetResult(short token) => _reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Chunk>.GetStatus(short token) => _reading.GetStatus(token);

    void IValueTaskSource<Chunk>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reading.OnCompleted(continuation, state, token, flags);

    private void GoOnAfter(ValueTask<int> wait)
    {
        _waiting = wait.ConfigureAwait(false).GetAwaiter();
        _goOn ??= () => _ = GoOnAsync();
        if (_waiting.IsCompleted)
            _goOn();
        else
            _waiting.UnsafeOnCompleted(_goOn);
    }

    // Completes without waiting, and so without an object, unless the content is decoded.
    private async Task GoOnAsync()
    {
        Chunk chunk;
        try
        {
            _waiting.GetResult();
            chunk = await ReadArrivedAsync(_next.ChunkSize, _next.Cancellation).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            _reading.SetException(fault);
            return;
        }

        _reading.SetResult(chunk);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Chunk> ReadArrivedAsync(int chunkSize, CancellationToken cancellation)
    {
        var size = Math.Min(chunkSize, _isBusy ? LongestWaiting : _isFlowing ? BusyFrom : _expected);
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
        var isAlone = !_isFlowing && length < Math.Min(size, FullBuffer);
        _isFlowing = true;
        return isAlone || isDecoded ? Take(buffer, length) : Collect(buffer, length, chunkSize, cancellation);
    }

    private Chunk Take(byte[] buffer, int length)
    {
        _isBusy = length >= BusyFrom;
        _expected = Math.Clamp(2 * Math.Min(length, BusyFrom), Math.Max(Shortest, _expected / 2), BusyFrom);
        return new Chunk(buffer, length, _decoder);
    }

    public void Dispose()
    {
        StopBegun();
        stream.Dispose();
        Abandon();
    }

    public async ValueTask DisposeAsync()
    {
        StopBegun();
        await stream.DisposeAsync().ConfigureAwait(false);
        Abandon();
    }

    private ValueTask<int> WaitAsync(CancellationToken cancellation)
    {
        var wait = _wait is { } begun ? new ValueTask<int>(begun) : BeginRead(Memory<byte>.Empty, cancellation);
        _wait = null;
        _isFlowing &= wait.IsCompleted;
        return wait;
    }

    // HttpClient throws at once if what it holds already is malformed. The next read reports that: what came before is whole.
    private ValueTask<int> BeginRead(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return stream.ReadAsync(buffer, cancellation);
        }
        catch (Exception fault)
        {
            return ValueTask.FromException<int>(fault);
        }
    }

    // Servers send each event as one HTTP chunk, and HttpClient returns one chunk at a time: all that has arrived is added
    // to the first. The first event after a pause is not held for that, because asking for more takes time; the next read
    // returns those that came with it.
    private Chunk Collect(byte[] buffer, int length, int most, CancellationToken cancellation)
    {
        var begun = (_begun ??= CancellationTokenSource.CreateLinkedTokenSource(cancellation)).Token;
        for (var count = length; count > 0 && length < most && IsMoreThere(begun); length += count)
        {
            if (buffer.Length < most && buffer.Length - length < Math.Min(BusyFrom, buffer.Length / 2))
                buffer = Lengthen(buffer, length, most);
            var read = BeginRead(buffer.AsMemory(length, Math.Min(buffer.Length, most) - length), begun);
            if (!read.IsCompletedSuccessfully)
                return Split(new Unfinished(read.AsTask(), buffer, length));
            count = read.Result;
        }

        return Take(buffer, length);
    }

    private static byte[] Lengthen(byte[] buffer, int length, int most)
    {
        var longer = SharedArrays<byte>.Rent((int)Math.Min(most, 4L * buffer.Length));
        buffer.AsSpan(0, length).CopyTo(longer);
        SharedArrays<byte>.Return(buffer);
        return longer;
    }

    // If there is nothing, the wait for it has started.
    private bool IsMoreThere(CancellationToken cancellation)
    {
        var wait = BeginRead(Memory<byte>.Empty, cancellation);
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

    // HttpClient reads the rest of an answer when it is closed, to use the connection again. A read that still runs would take bytes of that, or of the
    // next answer: without it, the connection ends.
    private void StopBegun()
    {
        var begun = Interlocked.Exchange(ref _begun, null);
        if (_wait is { IsCompleted: false } || _unfinished is { Read.IsCompleted: false })
            begun?.Cancel();
        begun?.Dispose();
    }

    // Reads that were still running fail, and nothing awaits them.
    private void Abandon()
    {
        foreach (var begun in new[] { _wait, _unfinished?.Read })
            begun?.ContinueWith(broken => broken.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>A running read, after bytes that were handed out.</summary>
    private readonly record struct Unfinished(Task<int> Read, byte[] Buffer, int Offset);
}
