using System.Reflection;
using McpSseActors.Sample;

namespace McpSseActors.Tests.Sample;

/// <summary>The sample does what its page says: every endpoint, over real sockets. Alone, because it replaces Serilog's static logger.</summary>
[Collection(nameof(Alone))]
public sealed class SampleSpec
{
    private const string First = "id: 1\nevent: notification.error\ndata: {\"title\":\"Webhook failed\"}\n\n";

    [Theory]
    [InlineData("mcp_sse_stream_state")]
    [InlineData("mcp_sse_events_received_total")]
    [InlineData("mcp_sse_events_routed_total")]
    [InlineData("mcp_sse_events_in_flight")]
    [InlineData("mcp_sse_stream_io_bytes_total")]
    [InlineData("mcp_sse_handler_duration_seconds_count")]
    [InlineData("sample_browsers")]
    public async Task Should_export_an_instrument_when_events_have_come(string instrument)
    {
        await using var server = Sends(First);
        await using var sample = new SampleHost(server.Url);
        using var http = sample.CreateClient();

        await Eventually.HoldsAsync(async () => (await http.GetStringAsync("/metrics")).ShouldContain($"\n{instrument}{{"));
    }

    [Fact]
    public async Task Should_refuse_when_a_page_gives_the_address_another_name()
    {
        await using var server = Sends(First);
        await using var sample = new SampleHost(server.Url);
        using var http = sample.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/mcp-sse/api/v1/recent") { Headers = { Host = "rebound.example" } };

        using var answer = await http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Should_give_the_statistics_of_every_stream_when_it_is_asked_for_stats()
    {
        await using var server = Sends(First);
        await using var sample = new SampleHost(server.Url);
        using var http = sample.CreateClient();

        await Eventually.HoldsAsync(async () =>
        {
            var stats = (await JsonAsync(http, "/mcp-sse/api/v1/stats")).EnumerateArray().ShouldHaveSingleItem();
            stats.GetProperty("stream").GetString().ShouldBe("demo");
            stats.GetProperty("state").GetString().ShouldBe("Connected");
            stats.GetProperty("isConnected").GetBoolean().ShouldBeTrue();
            stats.GetProperty("totalEventsReceived").GetInt64().ShouldBe(1);
            stats.GetProperty("eventsByType").GetProperty("notification.error").GetInt64().ShouldBe(1);
            stats.GetProperty("dispatched").GetInt64().ShouldBe(1);
            stats.GetProperty("lastEventId").GetString().ShouldBe("1");
        });
        var copy = JsonSerializer.Deserialize<StreamStats[]>(await http.GetStringAsync("/mcp-sse/api/v1/stats"), AsSent).ShouldNotBeNull().ShouldHaveSingleItem();
        copy.State.ShouldBe(ConnectionState.Connected);
        copy.EventsByType["notification.error"].ShouldBe(1);
    }

    [Fact]
    public async Task Should_give_the_last_events_of_all_streams_or_of_one_when_it_is_asked_for_recent()
    {
        await using var server = Sends(First + "id: 2\ndata: no JSON\n\n");
        await using var sample = new SampleHost(server.Url);
        using var http = sample.CreateClient();
        await Eventually.HoldsAsync(async () => (await JsonAsync(http, "/mcp-sse/api/v1/recent?stream=demo")).GetArrayLength().ShouldBe(2));

        var last = (await JsonAsync(http, "/mcp-sse/api/v1/recent?count=1")).EnumerateArray().ShouldHaveSingleItem();

        last.GetProperty("stream").GetString().ShouldBe("demo");
        last.GetProperty("type").GetString().ShouldBe("message");
        last.GetProperty("id").GetString().ShouldBe("2");
        last.GetProperty("data").GetString().ShouldBe("no JSON");
        using var unknown = await http.GetAsync("/mcp-sse/api/v1/recent?stream=nobody");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("demo");
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK, "Healthy")]
    [InlineData("503 Service Unavailable", HttpStatusCode.OK, "Degraded")]
    [InlineData("404 Not Found", HttpStatusCode.ServiceUnavailable, "Unhealthy")]
    public async Task Should_say_how_healthy_it_is_when_the_server_answers(string? refusal, HttpStatusCode status, string health)
    {
        await using var server = refusal is null ? Sends("") : new ScriptedServer(exchange => exchange.AnswerAsync(refusal));
        await using var sample = new SampleHost(server.Url);
        using var http = sample.CreateClient();

        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await http.GetAsync("/healthz");
            var body = await answer.Content.ReadAsStringAsync();
            body.ShouldContain($"\"status\":\"{health}\"");
            body.ShouldContain(refusal is null ? "1 of 1 stream(s) connected" : $"the server answered {refusal[..3]}");
            answer.StatusCode.ShouldBe(status);
        });
    }

    [Fact]
    public async Task Should_pass_on_events_as_they_come_and_end_with_the_host_when_a_browser_listens()
    {
        var go = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await go.Task;
            await exchange.WriteAsync("id: 7\nevent: chat.message\ndata: two\ndata: lines\n\n: not an event\n\ndata: x\n\n");
            await exchange.StayAsync();
        });
        await using var sample = new SampleHost(server.Url);
        using var http = sample.CreateClient();
        using var answer = await http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());

        (await BlockAsync(lines)).ShouldBe(["event: hello", "data: ", "retry: 1000"]);
        go.SetResult();

        (await BlockAsync(lines)).ShouldBe(["event: chat.message", "data: two", "data: lines", "id: 7"]);
        (await BlockAsync(lines)).ShouldBe(["event: message", "data: x"]);
        await sample.DisposeAsync();
        (await Within.LimitAsync(lines.ReadToEndAsync())).ShouldBe("");
    }

    [Fact]
    public async Task Should_drop_for_a_browser_that_does_not_read_when_the_stream_goes_on()
    {
        const int Events = 5000;
        var go = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await go.Task;
            var filler = new string('x', 10_000);
            for (var n = 1; n <= Events; n++)
                await exchange.WriteAsync($"id: {n}\ndata: {filler}\n\n");
            await exchange.StayAsync();
        });
        await using var sample = new SampleHost(server.Url);
        using var http = sample.CreateClient();
        using var stalled = await http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead);
        go.SetResult();

        await Eventually.HoldsAsync(async () =>
        {
            var stats = (await JsonAsync(http, "/mcp-sse/api/v1/stats"))[0];
            stats.GetProperty("totalEventsReceived").GetInt64().ShouldBe(Events);
            stats.GetProperty("inFlight").GetInt64().ShouldBe(0);
            (await http.GetStringAsync("/metrics")).ShouldContain("\nsample_browser_dropped_total{");
        });
    }

    [Fact]
    public async Task Should_end_with_a_code_when_it_is_not_configured()
    {
        var main = typeof(BrowserFeed).Assembly.EntryPoint.ShouldNotBeNull();
        string[] args = ["--urls=http://127.0.0.1:0", "--mcp_sse:enable=true", "--mcp_sse:server_url=nowhere", "--Logging:LogLevel:Default=None"];

        var code = await Within.LimitAsync(Task.Run(() => main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)));

        code.ShouldBe(2);
    }

    private static readonly JsonSerializerOptions AsSent = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    private static async Task<JsonElement> JsonAsync(HttpClient http, string path) => JsonElement.Parse(await http.GetStringAsync(path));

    private static async Task<string[]> BlockAsync(StreamReader reader)
    {
        var block = new List<string>();
        while (await Within.LimitAsync(reader.ReadLineAsync()) is { Length: > 0 } line)
            block.Add(line);
        return [.. block];
    }

    private static ScriptedServer Sends(string text) => new(Script.Sends(text));
}
