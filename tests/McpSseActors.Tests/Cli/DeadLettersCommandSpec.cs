using McpSseActors.Cli;
using McpSseActors.Tests.DeadLetters;
using Spectre.Console.Testing;

namespace McpSseActors.Tests.Cli;

/// <summary><c>mcp-sse dead-letters</c>, on a file and on a running host.</summary>
[Trait("Category", "Durability")]
public sealed class DeadLettersCommandSpec : IDisposable
{
    private readonly CliRun _tool = new();
    private readonly CliRun _host = new();

    private string FilePath => Path.Combine(_tool.Directory, "run.positions.dead-letters");

    public void Dispose()
    {
        _tool.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task Should_list_what_is_selected_without_data_and_show_it_with()
    {
        await KeepAsync(Letters.Of("0a1", data: "{\"secret\":\"word\"}"), Letters.Of("0a2", type: "user.login"), Letters.Of("0b1", stream: "t"));

        (await RunAsync("list", "--stream", "s", "--type", "chat.*")).ShouldBe(ExitCodes.Ok);
        _tool.Out.ShouldContain("0a1");
        _tool.Out.ShouldContain("1 dead letter.");
        _tool.Out.ShouldNotContain("0a2");
        _tool.Out.ShouldNotContain("word");

        (await RunAsync("show", "0A1")).ShouldBe(ExitCodes.Ok);
        _tool.Out.ShouldContain("{\"secret\":\"word\"}");
    }

    [Fact]
    public async Task Should_print_JSON_when_that_is_asked()
    {
        await KeepAsync(Letters.Of("0a1", data: "{\"n\":1}"));

        await RunAsync("list", "--json");
        await RunAsync("show", "0", "--json");

        var lines = _tool.OfKind("dead_letter").ToArray();
        lines.Length.ShouldBe(2);
        lines[0].GetProperty("id").GetString().ShouldBe("0a1");
        lines[0].TryGetProperty("data", out _).ShouldBeFalse();
        lines[1].GetProperty("data").GetProperty("n").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Should_request_a_retry_for_the_next_start_when_no_process_uses_the_file()
    {
        await KeepAsync(Letters.Of("0a1"), Letters.Of("0a2"));

        (await RunAsync("retry", "0a1")).ShouldBe(ExitCodes.Ok, _tool.Error);

        _tool.Out.ShouldContain("1 dead letter will be retried when the streams start the next time");
        await using var file = DeadLetterStores.ReadFile(FilePath);
        (await file.IdsAsync(new DeadLetterFilter { IsRetryRequested = true })).ShouldBe(["0a1"]);
    }

    [Fact]
    public async Task Should_discard_more_than_one_only_with_yes()
    {
        await KeepAsync(Letters.Of("0a1"), Letters.Of("0a2"), Letters.Of("0b1", stream: "t"));

        (await RunAsync("discard", "--stream", "s")).ShouldBe(ExitCodes.Usage);
        _tool.Error.ShouldContain("this would discard 2 dead letters; add --yes");
        (await RunAsync("discard", "0b1")).ShouldBe(ExitCodes.Ok);
        (await RunAsync("discard", "--stream", "s", "--yes")).ShouldBe(ExitCodes.Ok);

        await using var file = DeadLetterStores.ReadFile(FilePath);
        (await file.IdsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("y", 1)]
    [InlineData("n", 3)]
    [InlineData("", 3)]
    public async Task Should_ask_on_a_terminal_before_more_than_one_is_discarded(string answer, int left)
    {
        await KeepAsync(Letters.Of("0a1"), Letters.Of("0a2"), Letters.Of("0b1", stream: "t"));
        using var console = new TestConsole().Interactive();
        console.Input.PushTextWithEnter(answer);
        _tool.Terminal = () => console;

        (await RunAsync("discard", "--stream", "s")).ShouldBe(ExitCodes.Ok, _tool.Error);

        console.Output.ShouldContain("Discard 2 dead letters? [y/n] (n)");
        await using var file = DeadLetterStores.ReadFile(FilePath);
        (await file.IdsAsync()).Length.ShouldBe(left);
    }

    [Theory]
    [InlineData("discard", "0a1")]
    [InlineData("discard", "--all", "--yes")]
    [InlineData("discard", "--all", "-y", "--json")]
    public async Task Should_not_ask_on_a_terminal_when_it_is_one_or_yes_was_said(params string[] words)
    {
        await KeepAsync(Letters.Of("0a1"), Letters.Of("0a2"));
        _tool.Terminal = () => throw new InvalidOperationException("asked");

        (await RunAsync(words)).ShouldBe(ExitCodes.Ok, _tool.Error);
    }

    [Fact]
    public async Task Should_not_ask_a_program_that_reads_JSON()
    {
        await KeepAsync(Letters.Of("0a1"), Letters.Of("0a2"));
        _tool.Terminal = () => throw new InvalidOperationException("asked");

        (await RunAsync("discard", "--all", "--json")).ShouldBe(ExitCodes.Usage);

        _tool.Error.ShouldContain("this would discard 2 dead letters; add --yes, or select fewer. Nothing was discarded.");
        await using var file = DeadLetterStores.ReadFile(FilePath);
        (await file.IdsAsync()).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(ExitCodes.Failed, "no dead letter has the ID 9", "show", "9")]
    [InlineData(ExitCodes.Failed, "0a is the beginning of several IDs, as 0a1 and 0a2", "retry", "0a")]
    [InlineData(ExitCodes.Usage, "Say which: an ID, a filter such as --type, or --all.", "retry")]
    [InlineData(ExitCodes.Usage, "IDs, filters and --all cannot be combined", "discard", "0a1", "--all")]
    [InlineData(ExitCodes.Usage, "is not an event pattern", "list", "--type", "a\nb")]
    [InlineData(ExitCodes.Usage, "say what to do: list, show, retry or discard")]
    [InlineData(ExitCodes.Usage, "the file none does not exist; check --file.", "list", "--file", "none")]
    [InlineData(ExitCodes.Failed, "is a directory; name a file for dead letters", "list", "--file", "/")]
    [InlineData(ExitCodes.Failed, "is a directory; name a file for dead letters", "discard", "--all", "--file", "/")]
    [InlineData(ExitCodes.Failed, "cannot reach http://127.0.0.1:1", "list", "--attach", "http://127.0.0.1:1")]
    public async Task Should_say_what_is_wrong(int exitCode, string error, params string[] words)
    {
        await KeepAsync(Letters.Of("0a1"), Letters.Of("0a2"));

        (await RunAsync(words)).ShouldBe(exitCode, _tool.Out + _tool.Error);

        _tool.Error.ShouldContain(error);
        _tool.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Should_find_none_when_there_is_no_file()
    {
        (await RunAsync("list")).ShouldBe(ExitCodes.Ok, _tool.Error);

        _tool.Out.ShouldContain("0 dead letters.");
    }

    [Fact]
    public async Task Should_read_the_file_of_a_running_host_and_have_it_do_the_rest()
    {
        await KeepAsync(Letters.Of("0a1", handler: "nobody"), Letters.Of("0a2", handler: "nobody"));
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.StayAsync();
        });
        _host.WriteConfig(server.Url.ToString(), $"name = \"s\"\n[mcp_sse.delivery]\nguarantee = \"at-least-once\"\nstore = '{Path.Combine(_tool.Directory, "run.positions")}'");
        var hosting = _host.InvokeAsync("run", "--stats-port", "0");
        var url = (await _host.LineAsync("listening on http")).Split(' ')[^1].Trim();
        await _host.LineAsync("Connected");

        (await RunAsync("list")).ShouldBe(ExitCodes.Ok, _tool.Error);
        _tool.Out.ShouldContain("0a1");
        (await RunAsync("retry", "0a1")).ShouldBe(ExitCodes.Failed);
        _tool.Error.ShouldContain("repeat this with --attach http://127.0.0.1:N");
        (await RunAsync("retry", "0a1", "--attach", url)).ShouldBe(ExitCodes.Failed);
        _tool.Out.ShouldContain("✗ 0a1: the stream has no handler nobody");
        (await RunAsync("discard", "0a1", "--attach", url)).ShouldBe(ExitCodes.Ok, _tool.Error);
        (await RunAsync("show", "0a2", "--attach", url)).ShouldBe(ExitCodes.Ok, _tool.Error);
        _tool.Out.ShouldContain(Letters.Of("0a2").Event.Text);
        (await RunAsync("list", "--json", "--attach", url)).ShouldBe(ExitCodes.Ok, _tool.Error);
        _tool.Out.Split('\n').Where(line => line.StartsWith("{\"kind\":\"dead_letter\"", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("0a2");
        await RefusesStrangersAsync(new Uri(url));

        _host.PressCtrlC();
        (await Within.LimitAsync(hosting)).ShouldBe(ExitCodes.Ok, _host.Error);
    }

    [Fact]
    public async Task Should_name_the_nodes_that_did_not_answer_when_a_retry_has_not_reached_all()
    {
        const string answer = """{"handled":2,"failed":0,"underWay":0,"faults":[],"missingNodes":["10.0.0.2:4053"]}""";
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync("application/json");
            await exchange.WriteAsync(answer);
        });

        (await RunAsync("retry", "--all", "--attach", server.Url.ToString())).ShouldBe(ExitCodes.Failed);

        _tool.Out.ShouldContain("✗ 10.0.0.2:4053: the node did not answer");
        _tool.Out.ShouldContain("2 handled, 1 node did not answer");
    }

    // What a page in a browser can send without leave has no such header.
    private static async Task RefusesStrangersAsync(Uri url)
    {
        using var http = new HttpClient();
        using var body = new StringContent("""{"filter":{}}""");
        (await http.PostAsync(new Uri(url, "api/v1/dead-letters/discard"), body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri(url, "api/v1/dead-letters/discard"));
        using var answer = await http.SendAsync(preflight);
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    private async Task<int> RunAsync(params string[] words)
    {
        _tool.WriteConfig("http://127.0.0.1:1/", $"[mcp_sse.delivery]\nguarantee = \"at-least-once\"\nstore = '{Path.Combine(_tool.Directory, "run.positions")}'");
        return await _tool.InvokeAsync(["dead-letters", .. words]);
    }

    private async Task KeepAsync(params StoredDeadLetter[] letters)
    {
        await using var file = DeadLetterStores.OpenFile(FilePath);
        await file.KeepAsync([.. letters.Select(letter => letter with { GivenUpAt = DateTimeOffset.UtcNow })], default);
    }
}
