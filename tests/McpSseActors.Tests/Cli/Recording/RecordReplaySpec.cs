using System.Globalization;
using System.Security.Cryptography;
using McpSseActors.Cli;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Tests.Cli.Recording;

/// <summary><c>record</c>, then <c>replay</c> and <c>serve --from</c>.</summary>
public sealed class RecordReplaySpec : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Should_end_with_a_usage_error_when_there_is_no_recording()
    {
        (await _run.InvokeAsync("replay", "missing.rec")).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldStartWith("mcp-sse: cannot read missing.rec: ");
    }

    [Fact]
    public async Task Should_give_the_same_events_when_a_recording_with_drops_is_played()
    {
        const int Events = 200;
        var options = new DemoServerOptions { Rate = 400, Events = Events, ReplayToNewClients = true, WaitForClient = true, Retry = TimeSpan.FromMilliseconds(50), Drops = DropPlan.Sequence(new Drop(60, MidEvent: true), new Drop(70)) };
        await using var server = await DemoServer.StartAsync(options);
        (await _run.InvokeAsync("record", server.Url.AbsoluteUri, "--output", "a.rec", "--count", $"{Events}")).ShouldBe(ExitCodes.Ok, _run.Error);
        _run.Out.ShouldContain($"a.rec: {Events} events, ");
        _run.Out.ShouldContain(", 3 connection(s). Play it: mcp-sse replay a.rec");

        using var replay = new CliRun();
        (await replay.InvokeAsync("replay", Path.Combine(_run.Directory, "a.rec"), "--speed", "max", "--format", "json", "--all"))
            .ShouldBe(ExitCodes.Ok, replay.Error);

        replay.OfKind("event").Select(line => line.GetProperty("event_id").GetString())
            .ShouldBe(Enumerable.Range(1, Events).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        HashOf(replay.OfKind("event").Select(line => line.GetProperty("event_type").GetString() + line.GetProperty("data").GetRawText()))
            .ShouldBe(await HashOfServerAsync(options));
        var stats = replay.OfKind("stats").ShouldHaveSingleItem();
        stats.GetProperty("state").GetString().ShouldBe("Stopped");
        stats.GetProperty("total_reconnect_attempts").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task Should_keep_every_byte_when_some_are_no_utf8()
    {
        byte[] sent = [.. "\uFEFFdata: 你\r\ndata: "u8, 0xFF, 0x80, 0xE4, 0xBD, .. "\r\n\r\n: \u2028\0\u001b\n\ndata: cut"u8];
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync(sent);
        });
        _run.WriteConfig(server.Url.AbsoluteUri, "enable_reconnect = false");
        (await _run.InvokeAsync("record", "--config", "mcp-sse.toml", "--output", "b.rec")).ShouldBe(ExitCodes.Ok, _run.Error);

        using var replay = new CliRun();
        var serve = replay.InvokeAsync("serve", "--from", Path.Combine(_run.Directory, "b.rec"), "--json");
        var url = System.Text.Json.JsonDocument.Parse(await replay.LineAsync("listening")).RootElement.GetProperty("url").GetString();
        using var http = new HttpClient();
        var played = await http.GetByteArrayAsync(url);
        replay.PressCtrlC();

        (await serve).ShouldBe(ExitCodes.Ok);
        played.ShouldBe(sent);
    }

    [Fact]
    public async Task Should_hold_no_secret_when_it_is_written()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nSet-Cookie: a=hidden\r\nMcp-Session-Id: hidden\r\nServer: test\r\nConnection: close\r\n\r\ndata: x\n\n");
        });
        _run.WriteConfig(server.Url.AbsoluteUri + "?token=hidden", "enable_reconnect = false\nauth_key = \"hidden\"\ncustom_headers = { X-A = \"hidden\" }");

        (await _run.InvokeAsync("record", "--config", "mcp-sse.toml", "--output", "c.rec")).ShouldBe(ExitCodes.Ok, _run.Error);

        Recorded("c.rec").ShouldNotContain("hidden");
        Recorded("c.rec").ShouldContain("\"Server\":\"test\"");
    }

    [Fact]
    public async Task Should_record_the_stream_of_an_mcp_server_as_it_came()
    {
        var posted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenAsync();
                await exchange.WriteAsync("event: endpoint\ndata: /post\n\n");
                await posted.Task;
                await exchange.WriteAsync("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{}}}\n\n");
                await exchange.WriteAsync("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n");
                await exchange.StayAsync();
            },
            exchange =>
            {
                posted.TrySetResult();
                return exchange.AnswerAsync("202 Accepted");
            });

        (await _run.InvokeAsync("record", server.Url.AbsoluteUri, "--transport", "http-sse", "--output", "d.rec", "--count", "1"))
            .ShouldBe(ExitCodes.Ok, _run.Error);

        Recorded("d.rec").ShouldContain("\"transport\":\"http-sse\"");
        Recorded("d.rec").ShouldContain("event: endpoint\\ndata: /post");
        Recorded("d.rec").ShouldContain("notifications/tools/list_changed");
    }

    [Fact]
    public async Task Should_end_by_itself_with_one_line_when_the_disk_is_full()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });

        (await _run.InvokeAsync("record", server.Url.AbsoluteUri, "--output", "/dev/full", "--force")).ShouldBe(ExitCodes.Failed);

        _run.Error.ShouldContain("mcp-sse: can no longer write to /dev/full");
        _run.Out.ShouldNotContain("Play it");
    }

    [Theory]
    [InlineData("record --output a.rec", "Specify what to record: URL, FILE or --config FILE.")]
    [InlineData("record http://localhost/ --config a.toml --output a.rec", "URL and --config cannot be combined")]
    [InlineData("record http://localhost/", "'--output' is required")]
    [InlineData("record nonsense --output a.rec", "write an absolute URL, as http://localhost:8080/events")]
    [InlineData("replay nope.rec", "cannot read nope.rec: ")]
    [InlineData("replay mcp-sse.toml", "mcp-sse.toml(1): not a recording: its first line should begin with {\"mcp_sse_recording\":1; make one with 'mcp-sse record URL --output FILE'.")]
    [InlineData("replay a.rec --speed fast", "--speed fast: write a factor as 2x or 0.5x (from 0.001x to 1000x), or max.")]
    [InlineData("serve --loop", "--speed and --loop require --from FILE.")]
    [InlineData("serve --from a.rec --rate 3", "--rate and --drop-every cannot be combined with --from FILE")]
    public async Task Should_say_what_would_be_right_when_something_is_wrong(string line, string said)
    {
        _run.WriteConfig("http://localhost/");

        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldContain(said);
        _run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_name_the_line_when_a_text_has_half_a_character()
    {
        await File.WriteAllTextAsync(Path.Combine(_run.Directory, "half.rec"), """
            {"mcp_sse_recording":1}
            {"t":1,"c":1,"open":"HTTP/1.1 200"}
            {"t":1,"c":1,"data":"\ud83d"}

            """);

        (await _run.InvokeAsync("replay", "half.rec")).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldStartWith("mcp-sse: half.rec(3): a text in it has half a character");
    }

    private string Recorded(string name) => File.ReadAllText(Path.Combine(_run.Directory, name));

    private static string HashOf(IEnumerable<string> events) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', events))));

    // The same seed makes the same events, which are heard here without the tool.
    private static async Task<string> HashOfServerAsync(DemoServerOptions options)
    {
        await using var server = await DemoServer.StartAsync(options with { Drops = DropPlan.None });
        using var reader = new Demo.SseReader();
        using var opened = await reader.OpenAsync(server.Url);
        var events = new List<string>();
        while (events.Count < options.Events && await reader.NextAsync() is { } received)
            events.Add(received.Type + received.Data);
        return HashOf(events);
    }
}
