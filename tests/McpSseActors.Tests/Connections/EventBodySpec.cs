using CsCheck;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>What is read in one go, and what is never waited for.</summary>
public sealed class EventBodySpec
{
    private const int ChunkSize = 64 * 1024;
    private const int Iterations = 2_000;

    [Fact]
    public async Task Should_give_the_first_at_once_and_what_came_with_it_in_one_chunk()
    {
        var stream = new Held(Step.Of("a"), Step.Of("b"), Step.Of("c"), Step.Silence, Step.Of("d"), Step.Of("e"), Step.Of("f"));
        var body = new EventBody(stream, isDecoded: false, maxEventSize: 1000);

        (await ReadAsync(body)).ShouldBe("a");
        (await ReadAsync(body)).ShouldBe("bc");
        var next = ReadAsync(body);
        next.IsCompleted.ShouldBeFalse();
        stream.GoOn();
        (await next).ShouldBe("d");
        (await ReadAsync(body)).ShouldBe("ef");
        (await ReadAsync(body)).ShouldBe("");
    }

    [Fact]
    public async Task Should_not_wait_for_an_HTTP_chunk_of_which_only_the_head_is_there()
    {
        var stream = new Held(Step.Of("first"), Step.Of("a"), Step.Head, Step.Of("b"), Step.Of("c"));
        var body = new EventBody(stream, isDecoded: false, maxEventSize: 1000);

        await ReadAsync(body);
        (await ReadAsync(body)).ShouldBe("a");
        var next = ReadAsync(body);
        next.IsCompleted.ShouldBeFalse();
        stream.GoOn();
        (await next).ShouldBe("b");
        (await ReadAsync(body)).ShouldBe("c");
    }

    [Fact]
    public async Task Should_give_what_came_before_the_stream_broke()
    {
        var body = new EventBody(new Held(Step.Of("first"), Step.Of("a"), Step.Of("b"), Step.Break), isDecoded: false, maxEventSize: 1000);

        await ReadAsync(body);
        (await ReadAsync(body)).ShouldBe("ab");
        await Should.ThrowAsync<IOException>(() => ReadAsync(body));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_give_what_came_before_an_HTTP_chunk_that_is_malformed(bool isLarge)
    {
        var text = new string('a', isLarge ? 100_000 : 10);
        var body = new EventBody(new Held(Step.Of("first"), Step.Of(text), Step.Of("b"), Step.Malformed), isDecoded: false, maxEventSize: 1000);

        await ReadAsync(body, 4 * ChunkSize);
        (await ReadAsync(body, 4 * ChunkSize)).ShouldBe(text + "b");
        await Should.ThrowAsync<HttpRequestException>(() => ReadAsync(body, 4 * ChunkSize));
    }

    [Fact]
    public async Task Should_give_a_burst_in_one_chunk_when_it_comes_after_a_pause()
    {
        var burst = new string('x', 16_000);
        var stream = new Held(Step.Of("first"), Step.Silence, Step.Of(burst)) { Longest = 4090 };
        var body = new EventBody(stream, isDecoded: false, maxEventSize: 1000);
        await ReadAsync(body);

        var next = ReadAsync(body);
        stream.GoOn();

        (await next).ShouldBe(burst);
    }

    [Fact]
    public async Task Should_take_all_that_has_arrived_when_it_may_read_more_than_it_waits_with()
    {
        var (x, y, z) = (new string('x', 60_000), new string('y', 60_000), new string('z', 150_000));
        var body = new EventBody(new Held(Step.Of("first"), Step.Of(x), Step.Of(y), Step.Of("b"), Step.Of(z), Step.Of("c")), isDecoded: false, maxEventSize: 1000);

        await ReadAsync(body, 4 * ChunkSize);
        (await ReadAsync(body, 4 * ChunkSize)).ShouldBe(x + y + "b" + z[..(4 * ChunkSize - 120_001)]);
        (await ReadAsync(body, 4 * ChunkSize)).ShouldBe(z[(4 * ChunkSize - 120_001)..] + "c");
    }

    [Fact]
    public async Task Should_cancel_the_wait_that_it_has_begun_when_it_is_closed()
    {
        var stream = new Held(Step.Of("first"), Step.Of("a"), Step.Silence);
        var body = new EventBody(stream, isDecoded: false, maxEventSize: 1000);
        await ReadAsync(body);
        (await ReadAsync(body)).ShouldBe("a");
        stream.LastToken.IsCancellationRequested.ShouldBeFalse();

        body.Dispose();
        body.Dispose();

        stream.LastToken.IsCancellationRequested.ShouldBeTrue("HttpClient reads the rest for itself, and one of both would get the other's bytes");
    }

    [Fact]
    public async Task Should_cancel_nothing_when_it_is_closed_at_its_end()
    {
        var stream = new Held(Step.Of("first"), Step.Of("a"));
        var body = new EventBody(stream, isDecoded: false, maxEventSize: 1000);
        await ReadAsync(body);
        (await ReadAsync(body)).ShouldBe("a");

        await body.DisposeAsync();

        stream.LastToken.IsCancellationRequested.ShouldBeFalse("the connection can be used again");
    }

    [Fact]
    public Task Should_give_every_byte_once_and_keep_none_while_it_waits() =>
        GiveEveryByteAsync(Gen.Int[3_000, 9_000], Gen.Int[50, 20_000], Iterations);

    [Fact]
    public Task Should_give_every_byte_once_and_keep_none_while_it_waits_when_reads_are_long() =>
        GiveEveryByteAsync(Gen.Int[30_000, 90_000], Gen.Int[ChunkSize - 10, 6 * ChunkSize], Iterations / 10);

    // On a thread without a context: there what was waited for goes on as soon as the test does.
    private static Task GiveEveryByteAsync(Gen<int> longStep, Gen<int> chunkSize, int iterations) => Task.Run(() =>
        Gen.OneOf(
                Gen.String[Gen.Char['a', 'z'], 1, 300].Select(Step.Of),
                longStep.Select(length => Step.Of(new string('x', length))),
                Gen.Const(Step.Silence),
                Gen.Const(Step.Head))
            .List[0, 30]
            .Select(chunkSize)
            .Sample((steps, size) => ReadToEnd(steps, size).ShouldBe(string.Concat(steps.Select(step => step.Text))), iter: iterations));

    private static string ReadToEnd(IEnumerable<Step> steps, int chunkSize)
    {
        var stream = new Held([.. steps]);
        var body = new EventBody(stream, isDecoded: false, maxEventSize: 1000);
        var read = new StringBuilder();
        while (true)
        {
            var next = ReadAsync(body, chunkSize);
            while (!next.IsCompleted)
            {
                read.ToString().ShouldBe(stream.Given);
                stream.GoOn();
            }

            var text = next.GetAwaiter().GetResult();
            if (text.Length == 0)
                return read.ToString();
            read.Append(text);
        }
    }

    private static async Task<string> ReadAsync(EventBody body, int chunkSize = ChunkSize)
    {
        var chunk = await body.ReadAsync(chunkSize, CancellationToken.None).ConfigureAwait(false);
        var text = Encoding.ASCII.GetString(chunk.Span);
        chunk.Return();
        return text;
    }

    /// <summary>What happens next on a connection.</summary>
    private sealed class Step(string text)
    {
        /// <summary>Nothing comes, until the test goes on.</summary>
        public static readonly Step Silence = new("");

        /// <summary>Something comes, but nothing to be read, until the test goes on.</summary>
        public static readonly Step Head = new("");

        /// <summary>The connection breaks.</summary>
        public static readonly Step Break = new("");

        public string Text => text;

        /// <summary>What comes is no HTTP chunk, which is seen before anything is awaited.</summary>
        public static readonly Step Malformed = new("");

        /// <summary>An HTTP chunk is there.</summary>
        public static Step Of(string text) => new(text);
    }

    /// <summary>Gives a step at a time, as HttpClient gives HTTP chunks.</summary>
    private sealed class Held(params Step[] steps) : Stream
    {
        private readonly StringBuilder _given = new();
        private readonly Queue<Step> _steps = new(steps);
        private ReadOnlyMemory<byte> _rest;
        private TaskCompletionSource _goesOn = new();

        /// <summary>Gets what cancels the last read.</summary>
        public CancellationToken LastToken { get; private set; }

        /// <summary>Gets the most bytes of a read.</summary>
        public int Longest { get; init; } = int.MaxValue;

        public string Given => _given.ToString();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void GoOn()
        {
            var waiting = _goesOn;
            _goesOn = new TaskCompletionSource();
            _steps.Dequeue();
            waiting.SetResult();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _rest.IsEmpty && _steps.TryPeek(out var step) && step == Step.Malformed
                ? throw new HttpRequestException("malformed")
                : ReadStepAsync(buffer, cancellationToken);

        private async ValueTask<int> ReadStepAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            LastToken = cancellationToken;
            while (_rest.IsEmpty && _steps.TryPeek(out var step))
            {
                if (step == Step.Break)
                    throw new IOException("broken");
                if (step == Step.Head && buffer.IsEmpty)
                    return 0;
                if (step.Text.Length > 0)
                    _rest = Encoding.ASCII.GetBytes(_steps.Dequeue().Text);
                else
                    await _goesOn.Task.ConfigureAwait(false);
            }

            var length = Math.Min(Math.Min(buffer.Length, Longest), _rest.Length);
            _rest[..length].CopyTo(buffer);
            _given.Append(Encoding.ASCII.GetString(_rest[..length].Span));
            _rest = _rest[length..];
            return length;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
