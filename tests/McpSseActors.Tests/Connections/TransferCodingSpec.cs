namespace McpSseActors.Tests.Connections;

/// <summary>How the body of an answer is framed, well and badly.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class TransferCodingSpec
{
    private const string Event = "data: x\n\n";

    private readonly ReceivedEvents _events = new();

    [Theory]
    [InlineData("of one byte", "1\r\nd\r\n1\r\na\r\n1\r\nt\r\n1\r\na\r\n1\r\n:\r\n1\r\nx\r\n1\r\n\n\r\n1\r\n\n\r\n0\r\n\r\n")]
    [InlineData("with an extension", "9;ext=1\r\n" + Event + "\r\n0;last\r\n\r\n")]
    [InlineData("with a quoted extension", "9;ext=\"a b\"\r\n" + Event + "\r\n0\r\n\r\n")]
    [InlineData("in upper case", "D\r\ndata: x\n\n: .\n\r\n0\r\n\r\n")]
    [InlineData("in lower case", "d\r\ndata: x\n\n: .\n\r\n0\r\n\r\n")]
    [InlineData("with leading zeros", "000000009\r\n" + Event + "\r\n000\r\n\r\n")]
    [InlineData("with trailers", "9\r\n" + Event + "\r\n0\r\nX-Sum: 1\r\nX-End: 2\r\n\r\n")]
    public async Task Should_read_to_the_clean_end_when_chunks_are(string chunks, string body)
    {
        _ = chunks;
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenChunkedAsync();
                await exchange.WriteAsync(body);
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Text.ShouldBe("x");
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the server ended the stream");
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_not_hold_an_event_back_when_only_the_size_of_the_next_chunk_came()
    {
        var first = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenChunkedAsync();
            await exchange.WriteAsync($"9\r\n{Event}\r\n9\r\n");
            await first.Task.WaitAsync(exchange.Stopped);
            await exchange.WriteAsync($"{Event}\r\n");
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server);

        await _events.NextAsync();
        first.SetResult();
        await _events.NextAsync();
    }

    [Fact]
    public async Task Should_read_it_all_when_a_chunk_is_huge()
    {
        const int Size = 8 * 1024 * 1024;
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenChunkedAsync();
            await exchange.WriteChunkAsync(Encoding.ASCII.GetBytes($"data: {new string('x', Size)}\n\n"));
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Utf8Data.Length.ShouldBe(Size);
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("no number", "zz\r\n" + Event + "\r\n")]
    [InlineData("negative", "-9\r\n" + Event + "\r\n")]
    [InlineData("signed", "+9\r\n" + Event + "\r\n")]
    [InlineData("prefixed", "0x9\r\n" + Event + "\r\n")]
    [InlineData("missing", "\r\n" + Event + "\r\n")]
    [InlineData("beyond 64 bits", "fffffffffffffffff\r\n" + Event + "\r\n")]
    [InlineData("smaller than the chunk", "1\r\n" + Event + "\r\n")]
    public async Task Should_back_off_and_keep_what_came_before_when_a_chunk_size_is(string size, string chunk)
    {
        _ = size;
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenChunkedAsync();
                await exchange.WriteChunkAsync("id: 1\ndata: before\n\n"u8);
                await _events.NextAsync();
                await exchange.WriteAsync(chunk);
                await exchange.StayAsync();
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connected);
        lost.Reason.ShouldContain("invalid HTTP");
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("1");
        _events.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Should_back_off_when_the_connection_ends_within_a_chunk()
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenChunkedAsync();
                await exchange.WriteAsync("64\r\nid: 1\ndata: before\n\ndata: cut");
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Text.ShouldBe("before");
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("closed the connection in the middle");
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("1");
        _events.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Should_leave_it_alone_when_something_follows_the_last_chunk()
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenChunkedAsync();
                await exchange.WriteAsync($"9\r\n{Event}\r\n0\r\n\r\ndata: late\n\nHTTP/1.1 200 OK\r\n\r\ndata: later\n\n");
                await exchange.StayAsync();
            },
            Script.Sends("data: next\n\n"));
        await using var host = await StartAsync(server);

        (await _events.TextsAsync(2)).ShouldBe(["x", "next"]);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("ended the stream");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("1.0")]
    public async Task Should_leave_it_alone_when_something_follows_the_stated_length(string version)
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.WriteAsync($"HTTP/{version} 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\n{Event}data: late\n\n");
                await exchange.StayAsync();
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Text.ShouldBe("x");
        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.States.UntilAsync(ConnectionState.Connected);
        _events.Waiting.ShouldBe(0);
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), Streams.Quick)
        .AddHandler(_events.Collect));
}
