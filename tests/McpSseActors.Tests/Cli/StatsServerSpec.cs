using McpSseActors.Cli;
using McpSseActors.Cli.Stats;

namespace McpSseActors.Tests.Cli;

/// <summary>What <c>mcp-sse run --stats-port</c> shows, and what it does not.</summary>
public sealed class StatsServerSpec : IDisposable
{
    private readonly CliRun _run = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _run.Dispose();
    }

    [Fact]
    public async Task Should_show_streams_and_events_but_no_secret_when_it_is_asked()
    {
        await using var server = new ScriptedServer(Script.Sends("id: 1\nevent: chat.message\ndata: {\"text\":\"hi\"}\n\nid: 2\nevent: user.login\ndata: plain\n\n"));
        var run = await StartAsync(server.Url + "?token=hidden", "name = \"s\"\nauth_key = \"hidden\"\ncustom_headers = { X-Key = \"hidden\" }");
        await Eventually.HoldsAsync(async () => (await GetAsync("recent")).ShouldContain("user.login"));

        var stats = await GetAsync("stats");

        var copy = JsonSerializer.Deserialize<StreamStats[]>(stats, StatsJson.Options)!.ShouldHaveSingleItem();
        JsonSerializer.Serialize(new[] { copy }, StatsJson.Options).ShouldBe(stats);
        copy.State.ShouldBe(ConnectionState.Connected);
        copy.EventsByType["chat.message"].ShouldBe(1);
        copy.LastEventId.ShouldBe("2");
        (stats + await GetAsync("recent") + await GetAsync("")).ShouldNotContain("hidden");
        (await GetAsync("recent?count=1")).ShouldContain("""{"stream":"s","type":"user.login","id":"2",""");
        (await GetAsync("recent?count=1")).ShouldContain("""{"message":"plain"}""");
        (await GetAsync("recent?stream=s&type=chat.*")).ShouldNotContain("user.login");
        (await GetAsync("recent?count=nonsense")).ShouldContain("user.login");
        await EndAsync(run);
    }

    [Theory]
    [InlineData("GET", "recent?stream=nobody", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "nowhere", null, HttpStatusCode.NotFound)]
    [InlineData("POST", "stats", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "stats", "rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("GET", "recent?type=a%0Ab", null, HttpStatusCode.BadRequest)]
    public async Task Should_refuse_when_something_else_is_asked(string method, string path, string? asHost, HttpStatusCode status)
    {
        var run = await StartAsync("http://127.0.0.1:1/", "");
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_http.BaseAddress!, path));
        request.Headers.Host = asHost;

        using var answer = await _http.SendAsync(request);

        answer.StatusCode.ShouldBe(status);
        await EndAsync(run);
    }

    [Fact]
    public async Task Should_name_the_limit_when_a_pattern_is_too_long()
    {
        var run = await StartAsync("http://127.0.0.1:1/", "");

        using var answer = await _http.GetAsync("recent?type=" + string.Concat(Enumerable.Repeat("*a", 1600)));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("type: an event pattern has at most 256 characters");
        await EndAsync(run);
    }

    [Fact]
    public async Task Should_say_where_it_is_when_the_output_is_json()
    {
        _run.WriteConfig("http://127.0.0.1:1/");
        var run = _run.InvokeAsync("run", "--stats-port", "0", "--json", "--all");
        var line = await _run.LineAsync("\"kind\":\"listening\"");

        JsonElement.Parse(line).GetProperty("url").GetString().ShouldNotBeNull().ShouldStartWith("http://127.0.0.1:");
        await EndAsync(run);
    }

    [Fact]
    public async Task Should_explain_and_end_when_the_port_is_taken()
    {
        await using var server = new ScriptedServer(exchange => exchange.StayAsync());
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await Within.LimitAsync(_run.InvokeAsync("run", "--stats-port", $"{server.Port}"))).ShouldBe(ExitCodes.Failed);

        _run.Error.ShouldContain("--stats-port");
    }

    private async Task<Task<int>> StartAsync(string url, string more)
    {
        _run.WriteConfig(url, more);
        var run = _run.InvokeAsync("run", "--stats-port", "0");
        _http.BaseAddress = new Uri((await _run.LineAsync("listening on http")).Split(' ')[^1].Trim());
        return run;
    }

    private Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(_http.BaseAddress!, path));

    private async Task EndAsync(Task<int> run)
    {
        _run.PressCtrlC();
        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Ok, _run.Error);
    }
}
