namespace McpSseActors.Tests.Cli.Testing;

/// <summary>The report for a support ticket.</summary>
public sealed class ReportSpec : DiagnosisSpec
{
    private string Report => Path.Combine(Run.Directory, "ticket.json");

    [Fact]
    public async Task Should_hold_versions_settings_steps_and_exchanges()
    {
        await using var server = Sending(Events("1", "2"));

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri, "--events", "2", "--report", "ticket.json"));

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Report));
        var root = report.RootElement;
        root.GetProperty("command").GetString().ShouldBe("test");
        root.GetProperty("tool").GetString().ShouldNotBeNull().ShouldStartWith("mcp-sse 0.");
        root.GetProperty("dotnet").GetString().ShouldNotBeNull().ShouldStartWith(".NET ");
        root.GetProperty("os").GetString().ShouldNotBeNullOrEmpty();
        root.GetProperty("passed").GetBoolean().ShouldBeTrue();
        var stream = root.GetProperty("streams").EnumerateArray().ShouldHaveSingleItem();
        stream.GetProperty("settings").GetProperty("read_timeout").GetString().ShouldBe("60");
        stream.GetProperty("settings").GetProperty("auth_key").GetString().ShouldBe("\"\"");
        stream.GetProperty("steps").GetArrayLength().ShouldBe(Run.OfKind("step").Count());
        var exchange = stream.GetProperty("exchanges").EnumerateArray().ShouldHaveSingleItem();
        exchange.GetProperty("status").GetInt32().ShouldBe(200);
        exchange.GetProperty("headers").GetProperty("content-type").GetString().ShouldBe("text/event-stream");
        Directory.GetFiles(Run.Directory).ShouldHaveSingleItem("no draft is left");
    }

    [Theory]
    [InlineData("test", 5)]
    [InlineData("test reconnect", 12)]
    public async Task Should_hold_the_checks_when_the_server_is_ours(string command, int checks)
    {
        await ShouldHoldAsync(Run.InvokeAsync([.. command.Split(' '), "--report", "ticket.json"]));

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Report));
        report.RootElement.GetProperty("command").GetString().ShouldBe(command);
        report.RootElement.GetProperty("checks").GetArrayLength().ShouldBe(checks);
        report.RootElement.GetProperty("facts").GetProperty("events_received").GetInt64().ShouldBeGreaterThan(0);
    }

    // The server repeats all that it was sent wherever it can.
    [Theory]
    [InlineData("200", true)]
    [InlineData("403", true)]
    [InlineData("200", false)]
    [InlineData("403", false)]
    public async Task Should_tell_no_secret_when_the_server_repeats_all_of_them(string status, bool byProxy)
    {
        await using var proxy = new ScriptedProxy { Credentials = "proxy-user:PROXY-SECRET" };
        await using var server = new ScriptedServer(async exchange =>
        {
            var said = string.Join(' ', exchange.Request.Headers.Values.Append(exchange.Request.Line).Append(exchange.Request.Body));
            await exchange.WriteAsync($"HTTP/1.1 {status} {said}\r\nContent-Type: text/event-stream\r\nServer: {said}\r\nVia: 1.1 {said}\r\nConnection: close\r\n\r\n");
            await exchange.WriteAsync($"id: {said} 1\nevent: {said}\ndata: {said}\n\nid: {said} 2\nevent: {said}\ndata: {said}\n\n");
            await exchange.StayAsync();
        });
        Run.WriteConfig(server.Url.AbsoluteUri + "?token=QUERY-SECRET&x=1", $$"""
            auth_key = "KEY-SECRET"
            {{(byProxy ? $"proxy_url = \"{proxy.With("proxy-user:PROXY-SECRET")}\"" : "http_method = \"POST\"\nhttp_body = \"BODY-SECRET\"")}}
            [mcp_sse.custom_headers]
            Cookie = "session=COOKIE-SECRET; theme=dark-mode"
            X-Team = "HEADER-SECRET"
            """);

        await Run.InvokeAsync("test", "--config", "mcp-sse.toml", "--listen", "0", "--report", Report);
        await Run.InvokeAsync("test", "--config", "mcp-sse.toml", "--listen", "0", "--json", "--verbose");

        var told = Run.Out + Run.Error + await File.ReadAllTextAsync(Report);
        told.ShouldContain(status == "200" ? "after #" : "403");
        told.ShouldContain("X-Team", Case.Sensitive, "the name of a header is not secret");
        foreach (var secret in new[] { "KEY-S", "QUERY-S", "PROXY-S", "BODY-S", "COOKIE-S", "HEADER-S", "-SECRET" })
            told.ShouldNotContain(secret, Case.Insensitive, "not even in part");
        told.ShouldNotContain("proxy-user");
        told.ShouldNotContain("dark-mode");
    }

    [Fact]
    public async Task Should_repeat_no_password_when_an_address_with_one_is_refused()
    {
        (await TestAsync("http://user:pass-SECRET@localhost/events")).ShouldBe(McpSseActors.Cli.ExitCodes.Usage);

        Run.Error.ShouldContain("server_url");
        (Run.Out + Run.Error).ShouldNotContain("SECRET");
    }

    [Theory]
    [InlineData("nowhere/ticket.json", "the folder does not exist")]
    [InlineData(".", "this is a folder")]
    public async Task Should_say_so_before_the_test_when_the_report_has_no_place(string path, string problem)
    {
        (await TestAsync("http://127.0.0.1:1/", "--report", path)).ShouldBe(McpSseActors.Cli.ExitCodes.Usage);

        Run.Error.ShouldStartWith($"mcp-sse: --report {path}: {problem}");
        Run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_say_so_in_one_line_when_the_disk_is_full()
    {
        if (!File.Exists("/dev/full"))
            return;
        await using var server = Sending(Events("1", "2"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri, "--events", "2", "--report", "/dev/full"));

        Run.Error.ShouldStartWith("mcp-sse: cannot write the report: No space left on device");
        Run.Error.TrimEnd().Split('\n').ShouldHaveSingleItem();
    }
}
