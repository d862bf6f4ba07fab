namespace McpSseActors.Tests.Connections;

/// <summary>What the client asks for, and how the body of the answer may be cut.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class RequestSpec
{
    private readonly ReceivedEvents _events = new();

    [Fact]
    public async Task Should_ask_for_an_event_stream_when_nothing_else_is_said()
    {
        var request = await FirstRequestAsync(o => o);

        request.Line.ShouldBe("GET /events HTTP/1.1");
        request.Header("Accept").ShouldBe("text/event-stream");
        request.Header("Cache-Control").ShouldBe("no-cache");
        request.Header("User-Agent").ShouldBe(new StreamOptions().UserAgent);
        request.Header("Last-Event-ID").ShouldBeNull();
        request.Header("Authorization").ShouldBeNull();
        request.Header("Accept-Encoding").ShouldBeNull();
        request.Header("Cookie").ShouldBeNull();
    }

    [Fact]
    public async Task Should_send_the_configured_headers_when_there_are_some()
    {
        var request = await FirstRequestAsync(o => o with
        {
            AuthKey = "key",
            UserAgent = "Other (agent) 2",
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Tenant", "a, b").Add("Cache-Control", "no-cache").Add("Cookie", "c=1"),
            InitialLastEventId = "größe-7",
        });

        request.Header("Authorization").ShouldBe("Bearer key");
        request.Header("User-Agent").ShouldBe("Other (agent) 2");
        request.Header("X-Tenant").ShouldBe("a, b");
        request.Header("Cache-Control").ShouldBe("no-cache");
        request.Header("Cookie").ShouldBe("c=1");
        request.Header("Last-Event-ID").ShouldBe("größe-7");
    }

    [Fact]
    public async Task Should_send_the_body_when_the_method_is_POST()
    {
        const string Body = "{\"query\":\"größe\"}";
        var request = await FirstRequestAsync(o => o with { HttpMethod = "POST", HttpBody = Body, HttpContentType = "application/json; charset=utf-8" });

        request.Line.ShouldBe("POST /events HTTP/1.1");
        request.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        request.Body.ShouldBe(Body);
    }

    [Theory]
    [InlineData("日本語-é-1")]
    [InlineData("a b")]
    [InlineData("😀")]
    [InlineData("100%;\"x\"")]
    public async Task Should_resume_with_the_id_in_UTF8_when_the_connection_breaks(string id)
    {
        await using var server = new ScriptedServer(Script.SendsAndEnds($"id: {id}\ndata: x\n\n"), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe(id);
    }

    [Fact]
    public async Task Should_keep_the_id_when_a_connection_brings_none()
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds("id: 7\ndata: x\n\ndata: without\n\nid: 8\ndata: unfinished"),
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            exchange => exchange.OpenAsync(),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { InitialLastEventId = "6" }));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("6");
        for (var i = 0; i < 3; i++)
            (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("7");
    }

    [Fact]
    public async Task Should_forget_the_id_when_the_server_clears_it()
    {
        await using var server = new ScriptedServer(Script.SendsAndEnds("id: 7\ndata: x\n\nid:\ndata: y\n\n"), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { InitialLastEventId = "6" }));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("6");
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).LastEventId.ShouldBeNull());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(31)]
    public async Task Should_join_what_belongs_together_when_the_transfer_coding_cuts_it(int size)
    {
        var body = Encoding.UTF8.GetBytes("\uFEFFid: 1\r\ndata: größe 😀\r\ndata: zwei\r\n\r\n: note\r\nid: 2\r\ndata: 日本\r\n\r\n");
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenChunkedAsync();
                foreach (var part in body.Chunk(size))
                    await exchange.WriteChunkAsync(part);
                await exchange.WriteChunkAsync([]);
            },
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(_events.Collect));

        (await _events.TextsAsync(2)).ShouldBe(["größe 😀\nzwei", "日本"]);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("ended the stream");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).BytesReceived.ShouldBe(body.Length));
    }

    private static async Task<Request> FirstRequestAsync(Func<StreamOptions, StreamOptions> configure)
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => configure(Streams.Quick(o))));
        return await server.NextRequestAsync();
    }
}
