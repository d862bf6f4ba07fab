namespace McpSseActors.Tests.Connections;

/// <summary>Bytes that no one would send on purpose: the stream lives on, and what follows them is read.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class ContentSpec
{
    private readonly ReceivedEvents _events = new();

    [Theory]
    [InlineData(new byte[] { 0xFF }, "\uFFFD")]
    [InlineData(new byte[] { 0xC3 }, "\uFFFD")]
    [InlineData(new byte[] { 0xC0, 0xAF }, "\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "\uFFFD\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 }, "\uFFFD")]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 }, "\uFFFD\uFFFD\uFFFD\uFFFD")]
    public async Task Should_replace_them_and_go_on_when_bytes_are_no_UTF8(byte[] broken, string replaced)
    {
        byte[] body =
            [.. "id: a"u8, .. broken, .. "\nevent: t"u8, .. broken, .. "\ndata: x"u8, .. broken, .. "y\n\n:"u8, .. broken, .. "\n\ndata: after\n\n"u8];
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, body));
        await using var host = await StartAsync(server);

        var received = await _events.NextAsync();
        received.Text.ShouldBe($"x{replaced}y");
        received.EventType.ShouldBe($"t{replaced}");
        received.EventId.ShouldBe($"a{replaced}");
        (await _events.NextAsync()).Text.ShouldBe("after");
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_NUL_in_data_and_type_and_ignore_an_id_with_it_when_it_comes()
    {
        var body = "id: 1\ndata: first\n\nid: 2\0\nevent: a\0b\ndata: x\0y\n\n\0: z\ndata: after\n\n"u8.ToArray();
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, body));
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).EventId.ShouldBe("1");
        var received = await _events.NextAsync();
        received.EventType.ShouldBe("a\0b");
        received.Text.ShouldBe("x\0y");
        received.EventId.ShouldBeNull();
        (await _events.NextAsync()).Text.ShouldBe("after");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).LastEventId.ShouldBe("1"));
    }

    [Fact]
    public async Task Should_leave_out_a_byte_order_mark_only_at_the_start_when_it_comes_twice()
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds("\uFEFFdata: first\n\n\uFEFFdata: no field\n\ndata: \uFEFFsecond\n\n"),
            exchange => SendAsync(exchange, Encoding.UTF8.GetBytes("\uFEFFdata: after\n\n")));
        await using var host = await StartAsync(server);

        (await _events.TextsAsync(3)).ShouldBe(["first", "\uFEFFsecond", "after"]);
    }

    [Fact]
    public async Task Should_resume_with_all_of_it_when_the_last_event_id_is_very_long()
    {
        var id = new string('i', 64 * 1024);
        await using var server = new ScriptedServer(
            Script.SendsAndEnds($"id: {id}\ndata: x\n\n"),
            exchange => SendAsync(exchange, "data: after\n\n"u8.ToArray()));
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).EventId.ShouldBe(id);
        (await _events.NextAsync()).Text.ShouldBe("after");
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe(id);
    }

    [Fact]
    public async Task Should_go_on_without_it_once_and_warn_of_a_gap_when_the_last_event_id_is_too_long_for_the_server()
    {
        var id = new string('i', 9000);
        var overheard = new Overheard();
        await using var server = new ScriptedServer(
            Script.SendsAndEnds($"id: {id}\ndata: x\n\n"),
            exchange => exchange.AnswerAsync("400 Bad Request"),
            exchange => exchange.AnswerAsync("400 Bad Request"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick), watch: overheard.ListenTo);

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldBe("the server answered 400 Bad Request: not an event stream; check server_url");
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe(id);
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        await overheard.CaughtUpAsync();
        overheard.Said.Count(line => line.Contains(
            "Stream s: the server answered 400 Bad Request: the last event ID of 9000 bytes may be too long", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_join_them_all_when_an_event_has_a_million_lines()
    {
        const int Lines = 1_000_000;
        var body = Encoding.ASCII.GetBytes($"{string.Concat(Enumerable.Repeat("data:x\n", Lines))}\ndata: after\n\n");
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, body));
        await using var host = await StartAsync(server);

        var data = (await _events.NextAsync()).Utf8Data.ToArray();
        data.Length.ShouldBe((2 * Lines) - 1);
        data.Count(b => b == (byte)'x').ShouldBe(Lines);
        (await _events.NextAsync()).Text.ShouldBe("after");
    }

    [Theory]
    [InlineData("")]
    [InlineData(": value")]
    public async Task Should_ignore_the_line_when_a_field_name_is_very_long(string rest)
    {
        var body = Encoding.ASCII.GetBytes($"data: x\n{new string('n', 1024 * 1024)}{rest}\ndata: y\n\ndata: after\n\n");
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, body));
        await using var host = await StartAsync(server);

        (await _events.TextsAsync(2)).ShouldBe(["x\ny", "after"]);
    }

    [Fact]
    public async Task Should_go_on_when_nothing_but_comments_and_unknown_fields_come()
    {
        var body = Encoding.ASCII.GetBytes($"{string.Concat(Enumerable.Repeat(": note\nunknown: field\nbare\nretry: soon\n\n", 100_000))}data: after\n\n");
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, body));
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Text.ShouldBe("after");
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.Comments.ShouldBe(100_000);
            stats.TotalEventsReceived.ShouldBe(1);
            stats.LastEventId.ShouldBeNull();
        });
    }

    private static async Task SendAsync(Exchange exchange, byte[] body)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(body);
        await exchange.StayAsync();
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), Streams.Quick)
        .AddHandler(_events.Collect));
}
