using System.IO.Compression;

namespace McpSseActors.Tests.Connections;

/// <summary>Answers that come compressed, though nobody asked for it.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class EncodingSpec
{
    private readonly ReceivedEvents _events = new();

    [Theory]
    [InlineData("gzip")]
    [InlineData("X-GZIP")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("identity")]
    [InlineData("gzip, br")]
    [InlineData("deflate, identity, gzip")]
    [InlineData("none")]
    [InlineData("utf-8")]
    [InlineData("binary")]
    [InlineData("8bit")]
    [InlineData("chunked")]
    [InlineData("aws-chunked")]
    [InlineData("aws-chunked, gzip")]
    [InlineData("none, identity")]
    [InlineData("raw-deflate")]
    [InlineData("gzip\r\nContent-Encoding: br")]
    public async Task Should_deliver_each_event_at_once_when_the_server_flushes_it(string coding)
    {
        var allCame = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await OpenAsync(exchange, coding);
            await using var body = Encode(coding, new Outlet(exchange));
            for (var i = 0; i < 3; i++)
            {
                await body.WriteAsync(Encoding.UTF8.GetBytes($"data: {i}\n\n"));
                await body.FlushAsync();
                (await _events.NextAsync()).Text.ShouldBe($"{i}");
            }

            allCame.SetResult();
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server);

        await Within.LimitAsync(allCame.Task);
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("raw-deflate")]
    [InlineData("gzip, br")]
    [InlineData("raw-deflate, gzip")]
    [InlineData("gzip, raw-deflate")]
    public async Task Should_join_the_events_when_the_bytes_come_one_by_one(string coding)
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await OpenAsync(exchange, coding);
                foreach (var one in await CompressAsync(coding, "data: größe\n\ndata: 😀\n\n"))
                    await exchange.WriteAsync([one]);
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        (await _events.TextsAsync(2)).ShouldBe(["größe", "😀"]);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("ended the stream");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Should_deliver_everything_when_one_flush_holds_more_than_a_chunk(string coding)
    {
        const int Events = 5000;
        await using var server = new ScriptedServer(async exchange =>
        {
            await OpenAsync(exchange, coding);
            await using var body = Encode(coding, new Outlet(exchange));
            for (var i = 0; i < Events; i++)
                await body.WriteAsync(Encoding.UTF8.GetBytes($"data: {i} {new string('x', 200)}\n\n"));
            await body.FlushAsync();
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server);

        (await _events.TextsAsync(Events))[^1].ShouldStartWith("4999 ");
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("zstd", "with zstd")]
    [InlineData("none, zstd", "with zstd")]
    [InlineData("dcz", "with dcz")]
    [InlineData("gzip, compress", "with compress")]
    [InlineData("gzip, gzip, gzip, gzip, gzip", "5 times")]
    public async Task Should_fail_and_say_so_when_the_coding_is_not_known(string coding, string reason)
    {
        await using var server = new ScriptedServer(exchange => OpenAsync(exchange, coding));
        await using var host = await StartAsync(server);

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain($"the server compresses {reason}");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Should_back_off_and_say_so_when_the_compressed_data_is_corrupt(string coding)
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await OpenAsync(exchange, coding);
                await exchange.WriteAsync("data: these are plain bytes, whatever the header says\n\n");
                await exchange.StayAsync();
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldStartWith("the server's compressed data is corrupt");
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Should_back_off_when_the_compressed_stream_is_cut(string coding)
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await OpenAsync(exchange, coding);
                var body = Encode(coding, new Outlet(exchange));
                await body.WriteAsync("data: x\n\n"u8.ToArray());
                await body.FlushAsync();
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Text.ShouldBe("x");
        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_skip_and_count_the_event_when_it_inflates_beyond_all_bounds()
    {
        const int Megabytes = 200;
        await using var server = new ScriptedServer(async exchange =>
        {
            await OpenAsync(exchange, "gzip");
            await using var body = new GZipStream(new Outlet(exchange), CompressionLevel.Fastest);
            var part = Encoding.ASCII.GetBytes(new string('x', 1024 * 1024));
            await body.WriteAsync("data: "u8.ToArray());
            for (var i = 0; i < Megabytes; i++)
                await body.WriteAsync(part);
            await body.WriteAsync("\n\ndata: after\n\n"u8.ToArray());
            await body.FlushAsync();
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Text.ShouldBe("after");
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.Dropped["oversized"].ShouldBe(1);
            stats.BytesReceived.ShouldBeGreaterThan(Megabytes * 1024 * 1024);
        });
    }

    [Fact]
    public async Task Should_warn_once_when_the_header_names_no_coding()
    {
        var overheard = new Overheard();
        await using var server = new ScriptedServer(exchange => OpenAsync(exchange, "none"), exchange => OpenAsync(exchange, "none"), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick), watch: overheard.ListenTo);

        for (var i = 0; i < 3; i++)
            await server.NextRequestAsync();
        await host.States.UntilAsync(ConnectionState.Connected);
        await overheard.CaughtUpAsync();

        overheard.Said.Where(line => line.Contains("Content-Encoding", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("Stream s: Content-Encoding none is not a registered coding; the body is read as it is");
    }

    [Fact]
    public async Task Should_ask_for_compression_when_the_custom_headers_do()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(),
            o => Streams.Quick(o) with { CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("Accept-Encoding", "gzip, br") }));

        (await server.NextRequestAsync()).Header("Accept-Encoding").ShouldBe("gzip, br");
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxEventSize = 64 * 1024 })
        .AddHandler(_events.Collect));

    private static Task OpenAsync(Exchange exchange, string coding) =>
        exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: {coding.Replace("raw-", "", StringComparison.Ordinal)}\r\nConnection: close\r\n\r\n");

    private static async Task<byte[]> CompressAsync(string coding, string text)
    {
        using var whole = new MemoryStream();
        await using (var body = Encode(coding, whole))
            await body.WriteAsync(Encoding.UTF8.GetBytes(text));
        return whole.ToArray();
    }

    // The last coding is the outermost, next to the wire.
    private static Stream Encode(string coding, Stream wire) => coding
        .Replace("\r\nContent-Encoding:", ",", StringComparison.Ordinal)
        .ToLowerInvariant()
        .Split(',', StringSplitOptions.TrimEntries)
        .Reverse()
        .Aggregate(wire, (inner, name) => name switch
        {
            "gzip" or "x-gzip" => new GZipStream(inner, CompressionLevel.Fastest),
            "br" => new BrotliStream(inner, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(inner, CompressionLevel.Fastest),
            "raw-deflate" => new DeflateStream(inner, CompressionLevel.Fastest),
            _ => inner,
        });

    /// <summary>Writes to an exchange.</summary>
    private sealed class Outlet(Exchange exchange) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await exchange.WriteAsync(buffer.ToArray());

        public override void Write(byte[] buffer, int offset, int count)
        {
            // The end of a compressed stream that is disposed: nobody reads it any more.
        }
    }
}
