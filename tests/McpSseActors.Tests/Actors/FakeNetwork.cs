using System.Buffers;
using System.Threading.Channels;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors;

/// <summary>A network that answers when the test says so.</summary>
internal sealed class FakeNetwork
{
    private static readonly TimeSpan Limit = Within.Limit;

    private readonly Channel<OpenRequest> _requests = Channel.CreateUnbounded<OpenRequest>();
    private readonly Channel<AttemptOutcome> _answers = Channel.CreateUnbounded<AttemptOutcome>();
    private readonly Channel<bool> _reads = Channel.CreateUnbounded<bool>();
    private readonly Channel<(byte[] Buffer, int Length)> _chunks = Channel.CreateUnbounded<(byte[], int)>();
    private int _readers;

    /// <summary>Gets the most bytes that the last read asked for.</summary>
    public int AskedFor { get; private set; }

    public bool IsReading => Volatile.Read(ref _readers) > 0;

    public IEventTransport CreateTransport() => new Transport(this);

    public async Task<OpenRequest> RequestAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _requests.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Waits until the client reads.</summary>
    public async Task ReadingAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _reads.Reader.ReadAsync(limit.Token);
    }

    public void Answer(AttemptOutcome outcome) => _answers.Writer.TryWrite(outcome);

    public void Bytes(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        Encoding.UTF8.GetBytes(text, buffer);
        _chunks.Writer.TryWrite((buffer, length));
    }

    public void End() => _chunks.Writer.TryWrite(default);

    public void Break() => _chunks.Writer.TryWrite((null!, -1));

    private sealed class Transport(FakeNetwork network) : IEventTransport
    {
        private readonly SseDecoder _decoder = new(1 << 20);

        public async Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation)
        {
            network._requests.Writer.TryWrite(request);
            return await network._answers.Reader.ReadAsync(cancellation);
        }

        public async ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation)
        {
            network.AskedFor = chunkSize;
            Interlocked.Increment(ref network._readers);
            try
            {
                network._reads.Writer.TryWrite(true);
                var (buffer, length) = await network._chunks.Reader.ReadAsync(cancellation);
                return length < 0 ? throw new IOException("broken") : new Chunk(buffer, length, _decoder);
            }
            finally
            {
                Interlocked.Decrement(ref network._readers);
            }
        }

        public void Dispose()
        {
        }
    }
}
