using McpSseActors.Cli;
using McpSseActors.Cli.DeadLetters;
using McpSseActors.Cli.Watch.Sources;
using McpSseActors.Cli.Web;

namespace McpSseActors.Tests.Cli.Web;

/// <summary>What <c>mcp-sse run --stats-port</c>, <c>run --web</c> and <c>web</c> show, to whom, and what they do not.</summary>
public sealed class StreamWebSpec : IDisposable
{
    private readonly CliRun _run = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public void Dispose()
    {
        _http.Dispose();
        _run.Dispose();
    }

    [Fact]
    public async Task Should_show_streams_and_events_but_no_secret_when_it_is_asked()
    {
        await using var server = new ScriptedServer(Sends("id: 1\nevent: chat.message\ndata: {\"text\":\"hi\"}\n\nid: 2\nevent: user.login\ndata: plain\n\n"));
        var run = await StartAsync(server.Url + "?token=hidden", "name = \"s\"\nauth_key = \"hidden\"\ncustom_headers = { X-Key = \"hidden\" }");
        // The state and the events take different ways to the statistics.
        await Eventually.HoldsAsync(async () =>
        {
            var stats = JsonSerializer.Deserialize<StreamStats[]>(await GetAsync("stats"), ApiAnswers.Json)!.ShouldHaveSingleItem();
            (stats.State, stats.LastEventId, stats.EventsByType["chat.message"], stats.EventsByType["user.login"]).ShouldBe(
                (ConnectionState.Connected, "2", 1, 1));
        });

        JsonSerializer.Deserialize<RecentEvent[]>(await GetAsync("recent"), ApiAnswers.Json)!.Select(each => (each.Sequence, each.Type, each.Id, each.Data))
            .ShouldBe([(1, "chat.message", "1", "{\"text\":\"hi\"}"), (2, "user.login", "2", "plain")]);
        (await GetAsync("stats") + await GetAsync("recent") + await GetAsync("streams/s")).ShouldNotContain("hidden");
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

    [Theory]
    [InlineData("run", "--stats-port")]
    [InlineData("run", "--web")]
    [InlineData("web", "--port")]
    public async Task Should_explain_and_end_when_the_port_is_taken(string command, string option)
    {
        await using var server = new ScriptedServer(exchange => exchange.StayAsync());
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await Within.LimitAsync(_run.InvokeAsync(command, option, $"{server.Port}"))).ShouldBe(ExitCodes.Failed);

        _run.Error.ShouldContain($"Choose another {option}, or 0 for a free one.");
    }

    [Theory]
    [InlineData("run", "--web", "0")]
    [InlineData("web")]
    public async Task Should_let_in_only_who_has_the_printed_url_when_it_is_the_page(params string[] command)
    {
        await using var server = new ScriptedServer(Sends("event: chat.message\ndata: hello there\n\n"));
        _run.WriteConfig(server.Url.AbsoluteUri, "name = \"s\"");
        var run = _run.InvokeAsync(command);
        var printed = new Uri((await _run.LineAsync("listening on http")).Split(' ')[^1].Trim());
        var token = printed.Query["?token=".Length..];
        _http.BaseAddress = new Uri(printed, "/");

        (await StatusAsync("", null, null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("?token=wrong", null, null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("api/v1/stats", "Authorization", "Bearer wrong")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("api/v1/stats", "Authorization", $"Bearer {token}")).ShouldBe(HttpStatusCode.OK);
        using var entry = await _http.GetAsync(printed);
        entry.StatusCode.ShouldBe(HttpStatusCode.Found);
        entry.Headers.Location!.OriginalString.ShouldBe("./");
        var cookie = entry.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldEndWith("; path=/; samesite=lax; httponly");
        (await StatusAsync("", "Cookie", cookie.Split(';')[0])).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("api/v1/me", "Cookie", cookie.Split(';')[0])).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("", "Cookie", $"mcp-sse-{printed.Port}=wrong")).ShouldBe(HttpStatusCode.Unauthorized);
        using var attached = new AttachedHost(printed, authKey: "");
        (await attached.ReadStatsAsync(default)).ShouldHaveSingleItem().Stream.ShouldBe("s");
        await using var letters = new LetterHost(printed, authKey: "");
        (await letters.CountAsync(new DeadLetterFilter(), default)).ShouldBe(0);
        if (command[0] == "run")
            await _run.LineAsync("hello there");
        await EndAsync(run);
        _run.Out.Contains("hello there", StringComparison.Ordinal).ShouldBe(command[0] == "run");
    }

    [Fact]
    public async Task Should_end_at_once_when_a_page_is_open()
    {
        _run.WriteConfig("http://127.0.0.1:1/", "name = \"s\"");
        var run = _run.InvokeAsync("web");
        var printed = new Uri((await _run.LineAsync("listening on http")).Split(' ')[^1].Trim());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(printed, "/api/v1/live"));
        request.Headers.Add("Authorization", $"Bearer {printed.Query["?token=".Length..]}");
        using var live = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        live.StatusCode.ShouldBe(HttpStatusCode.OK);

        await EndAsync(run);
    }

    [Fact]
    public async Task Should_refuse_another_name_when_a_page_resolves_its_own_to_this_address()
    {
        var run = await StartAsync("http://127.0.0.1:1/", "");

        (await StatusAsync("api/v1/stats", "Host", "rebound.example")).ShouldBe(HttpStatusCode.Forbidden);
        await EndAsync(run);
    }

    private async Task<Task<int>> StartAsync(string url, string more)
    {
        _run.WriteConfig(url, more);
        var run = _run.InvokeAsync("run", "--stats-port", "0");
        _http.BaseAddress = new Uri((await _run.LineAsync("listening on http")).Split(' ')[^1].Trim());
        return run;
    }

    private Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(_http.BaseAddress!, $"api/v1/{path}"));

    private async Task<HttpStatusCode> StatusAsync(string path, string? header, string? value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_http.BaseAddress!, path));
        if (header is not null)
            request.Headers.Add(header, value);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task EndAsync(Task<int> run)
    {
        _run.PressCtrlC();
        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Ok, _run.Error);
    }
}
