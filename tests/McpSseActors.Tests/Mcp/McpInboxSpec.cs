using System.Buffers;
using Akka.Event;
using CsCheck;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Mcp;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Mcp;

/// <summary>What comes from an MCP server, made events, and read as the parser reads them.</summary>
public sealed class McpInboxSpec
{
    private const int Iterations = 3_000;
    private const string A = """{"jsonrpc":"2.0","method":"a"}""";

    private static Gen<string> Part { get; } = Gen.OneOf(
        new[]
        {
            $"data: {A}\n\n", $"id: 7\ndata: {A}\n\n", "id: 8\ndata:\n\n", "retry: 9\n\n", ": comment\n", "event: x\n", "data: {\n", "data: \"jsonrpc\":\"2.0\",\n", "data: \"method\":\"b\"}\n\n",
            "data: [" + A + "," + A + "]\r\n\r\n", "\n", "id\n", "data: junk\n\n", "data: {\"jsonrpc\":\"2.0\",\"method\":\"a\\u000Ab\"}\n\n", "data: {\"jsonrpc\":\"2.0\",\"method\":\"é\",\"params\":{\"x\":\"😀\"}}\n\n",
        }.Select(Gen.Const).ToArray());

    [Theory]
    [InlineData("data: " + A + "\n\n", "a|{}")]
    [InlineData("event: whatever\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":[1]}\n\n", "a|[1]")]
    [InlineData("data: {\ndata:   \"jsonrpc\": \"2.0\",\ndata:   \"method\": \"a\", \"params\": {\ndata: \"x\": 1 }\ndata: }\n\n", "a|{ \"x\": 1 }")]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"method\":\" a b\"}\n\n", " a b|{}")]
    public void Should_make_a_notification_a_plain_event(string stream, string expected)
    {
        var found = new Reading(movesCursor: true).Feed(stream);

        found.Events.ShouldBe([expected]);
        found.LeftOut.ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData(true, "7")]
    [InlineData(false, "")]
    public void Should_move_the_cursor_on_the_stream_that_is_listened_to_only(bool movesCursor, string cursor)
    {
        new Reading(movesCursor).Feed($"id: 7\ndata: {A}\n\n").Cursor.ShouldBe(cursor);
        new Reading(movesCursor).Feed("id: 7\ndata:\n\n").Cursor.ShouldBe(cursor);
        new Reading(movesCursor).Feed("id: 7\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n").Cursor.ShouldBe(cursor);
        new Reading(movesCursor).Feed($"id: 6\ndata: {A}\n\nid: 7\nevent: prime\ndata:\n\n").Cursor.ShouldBe(cursor);
    }

    [Fact]
    public void Should_pass_on_what_is_no_event()
    {
        var found = new Reading(movesCursor: true).Feed($": one\nid: 7\nretry: 90\ndata:\n\n: two\ndata: {{}}\n\nid\ndata: {A}\n\n");

        found.Events.ShouldBe(["a|{}"]);
        (found.Comments, found.Retry, found.Cursor).ShouldBe((2, 90, ""));
        found.LeftOut.ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"method\":\"a\\u000Adata: b\"}\n\n", 0, 1, 0)]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"method\":\"a\\u0000\"}\n\n", 0, 1, 0)]
    [InlineData("data: junk\n\n", 0, 1, 0)]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n", 0, 0, 1)]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/prompts/list_changed\"}\n\n", 0, 0, 1)]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\"}\n\n", 0, 0, 1)]
    public void Should_count_what_it_leaves_out(string stream, int oversized, int malformed, int unwanted)
    {
        var found = new Reading(movesCursor: true).Feed(stream);

        found.Events.ShouldBeEmpty();
        found.LeftOut.ShouldBe((oversized, malformed, unwanted));
    }

    [Fact]
    public void Should_read_an_answer_that_is_no_stream_as_a_stream_would_have_brought_it()
    {
        var found = new Reading(movesCursor: true).FeedJson([.. "[\r\n{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\r\n\"x\":\""u8, 0xFF, .. "\"}},\n"u8, .. Encoding.UTF8.GetBytes(A), (byte)']']);

        found.Events.ShouldBe(["a|{  \"x\":\"\uFFFD\"}", "a|{}"]);
    }

    [Fact]
    public void Should_count_what_is_too_long()
    {
        var found = new Reading(movesCursor: true).Feed($"data: {new string(' ', 5000)}{A}\n\ndata: {A}\n\n");

        found.Events.ShouldBe(["a|{}"]);
        found.LeftOut.ShouldBe((1, 0, 0));
    }

    [Fact]
    public void Should_find_the_same_wherever_the_stream_is_cut() =>
        Gen.Select(Part.Array[0, 12], Gen.Int[1, 30].Array[1, 6]).Sample((parts, cuts) =>
        {
            var stream = string.Concat(parts);
            var whole = new Reading(movesCursor: true).Feed(stream);
            var pieces = new Reading(movesCursor: true).Feed(stream, cuts);

            pieces.Events.ShouldBe(whole.Events);
            (pieces.Comments, pieces.Retry, pieces.Cursor, pieces.LeftOut).ShouldBe((whole.Comments, whole.Retry, whole.Cursor, whole.LeftOut));
        }, iter: Iterations);

    private sealed class Reading(bool movesCursor) : ISseSink
    {
        private readonly SseDecoder _decoder = new(2048);
        private readonly StreamCursor _cursor = new();
        private readonly McpInbox _inbox = new(
            new McpContext(
                new StreamOptions { ServerUrl = "http://127.0.0.1:1/", MaxEventSize = 2048 },
                new McpState("s", new McpListenOptions { ToolsChanged = false, PromptsChanged = false, ResourcesChanged = false }, NoLogger.Instance, _ => { }),
                new McpHttp(new StreamOptions { ServerUrl = "http://127.0.0.1:1/" }, new ServerMemory("s", NoLogger.Instance, new SecretGate(new StreamOptions())))),
            movesCursor);

        public List<string> Events { get; } = [];

        public int Comments { get; private set; }

        public (int Oversized, int Malformed, int Unwanted) LeftOut { get; private set; }

        public long? Retry => _cursor.RetryMilliseconds;

        public string Cursor => _cursor.Position.LastEventId;

        public Reading Feed(string stream, params int[] cuts)
        {
            ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(stream);
            for (var i = 0; !bytes.IsEmpty; i++)
            {
                var length = cuts.Length == 0 ? bytes.Length : Math.Min(cuts[i % cuts.Length], bytes.Length);
                var buffer = ArrayPool<byte>.Shared.Rent(length);
                bytes[..length].CopyTo(buffer);
                Take(_inbox.Read(new Chunk(buffer, length, _decoder)));
                bytes = bytes[length..];
            }

            return this;
        }

        public void OnEvent(in SseEvent received) => Events.Add($"{Encoding.UTF8.GetString(received.Type)}|{Encoding.UTF8.GetString(received.Data)}");

        public void OnComment(ReadOnlySpan<byte> comment) => Comments++;

        public void OnOversized() => throw new InvalidOperationException();

        public Reading FeedJson(byte[] json)
        {
            Take(_inbox.ReadJson(json));
            return this;
        }

        private void Take(Chunk chunk)
        {
            var sink = this;
            chunk.Read(_cursor, ref sink);
            var (oversized, malformed, unwanted) = (chunk.LeftOut.Oversized, chunk.LeftOut.Malformed, chunk.LeftOut.Unwanted);
            LeftOut = (LeftOut.Oversized + oversized, LeftOut.Malformed + malformed, LeftOut.Unwanted + unwanted);
            chunk.Return();
        }
    }
}
