using McpSseActors.Cli;
using McpSseActors.Tests.Docs;
using McpSseActors.Tests.Mcp;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Events;

namespace McpSseActors.Tests.Cli;

/// <summary>MCP events from the command line: <c>events</c>, <c>listen --event</c>, <c>run</c>, <c>check</c>, <c>test --event</c>.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsCommandSpec : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Should_print_a_table_of_types()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { PageSize = 1 });

        (await _run.InvokeAsync("events", $"{server.Url}")).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.ShouldBe($"""
            event             delivery             arguments               description
            incident.created  push, poll, webhook  severity, service       An incident was opened.
            deploy.finished   push, poll, webhook  environment (required)  A deployment has ended, well or not.
            oncall.typing     push                 none                    Somebody on call is writing. Can't be replayed.
            Explain one, with an example:  mcp-sse events {server.Url} NAME

            """);
    }

    [Fact]
    public async Task Should_explain_one_type_with_a_configuration_that_works()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 200 });

        (await _run.InvokeAsync("events", $"{server.Url}", "deploy.finished")).ShouldBe(ExitCodes.Ok, _run.Error);

        var said = _run.Out.Split('\n');
        said.ShouldContain("deploy.finished: A deployment has ended, well or not.");
        said.ShouldContain("  environment  string: staging, production, required. The environment deployed to");
        said.ShouldContain($"  mcp-sse listen {server.Url} --event deploy.finished --arg environment=staging");
        var toml = said.SkipWhile(line => line != "In a configuration file:").Skip(1).Select(line => line.Trim());
        _run.Write("mcp-sse.toml", string.Join('\n', toml));
        (await _run.InvokeAsync("run", "--count", "2", "--json")).ShouldBe(ExitCodes.Ok, _run.Out + _run.Error);
        _run.OfKindIn("event").Select(line => line.GetProperty("data").GetProperty("environment").GetString()).Distinct().ShouldBe(["staging"]);
    }

    [Fact]
    public async Task Should_give_the_schemas_when_asked_for_json()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Declaration = EventsDeclaration.TopLevel });

        (await _run.InvokeAsync("events", $"{server.Url}", "--json")).ShouldBe(ExitCodes.Ok, _run.Error);

        var types = _run.OfKind("event_type").ToList();
        types.Select(type => type.GetProperty("name").GetString()).ShouldBe(["incident.created", "deploy.finished", "oncall.typing"]);
        types[0].GetProperty("delivery").EnumerateArray().Select(mode => mode.GetString()).ShouldBe(["push", "poll", "webhook"]);
        types[0].GetProperty("dialect").GetString().ShouldBe("sketch");
        types[0].GetProperty("input_schema").GetProperty("properties").TryGetProperty("severity", out _).ShouldBeTrue();
        types[0].GetProperty("payload_schema").GetProperty("required").GetArrayLength().ShouldBe(4);
    }

    [Theory]
    [InlineData("", "incident.created")]
    [InlineData("events", "deploy.finished")]
    public async Task Should_take_what_variables_say_of_a_subscription_where_there_is_one(string transport, string subscribed)
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 100 });
        _run.Variables["MCP_SSE__EVENT__NAME"] = "deploy.finished";
        _run.Variables["MCP_SSE__EVENT__ARGUMENTS"] = """{"environment":"staging"}""";
        if (transport.Length > 0)
            _run.Variables["MCP_SSE__TRANSPORT"] = transport;
        string[] named = transport.Length > 0 ? [] : ["--event", subscribed];

        (await _run.InvokeAsync("events", $"{server.Url}")).ShouldBe(ExitCodes.Ok, _run.Error);
        (await _run.InvokeAsync(["listen", $"{server.Url}", "--count", "1", "--json", .. named])).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.OfKindIn("event").ShouldHaveSingleItem().GetProperty("event_type").GetString().ShouldBe(subscribed);
    }

    [Fact]
    public async Task Should_name_the_type_that_was_meant_when_there_is_none_of_the_name()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions());

        (await _run.InvokeAsync("events", $"{server.Url}", "incident.craeted")).ShouldBe(ExitCodes.Failed);

        _run.Error.ShouldContain("Did you mean 'incident.created'?");
    }

    [Fact]
    public async Task Should_say_so_when_the_server_has_no_events()
    {
        await using var none = await EventsServer.StartAsync(new EventsServerOptions { Declaration = EventsDeclaration.None });
        (await _run.InvokeAsync("events", $"{none.Url}")).ShouldBe(ExitCodes.Failed);
        await using var plain = await DemoServer.StartAsync(new DemoServerOptions());
        (await _run.InvokeAsync("events", $"{plain.Url}")).ShouldBe(ExitCodes.Failed);
        await using var older = await FakeMcp.StartAsync(new SessionMcp());
        (await _run.InvokeAsync("events", older.Url)).ShouldBe(ExitCodes.Failed);

        _run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3, _run.Error);
        _run.Error.Split('\n')[0].ShouldContain("events");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--poll")]
    [InlineData("--webhook-port 0")]
    public async Task Should_print_the_events_that_the_arguments_ask_for(string mode)
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 200, PollInterval = TimeSpan.FromMilliseconds(50) });
        var more = mode.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        (await _run.InvokeAsync(["listen", $"{server.Url}", "--event", "incident.created", "--arg", "severity=P2", "--json", "--count", "5", .. more])).ShouldBe(ExitCodes.Ok, _run.Error);

        var events = _run.OfKind("event").ToList();
        events.Count.ShouldBe(5);
        events.ShouldAllBe(line => line.GetProperty("event_type").GetString() == "incident.created"
            && line.GetProperty("data").GetProperty("severity").GetString() == "P2");
        events[0].GetProperty("occurred_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        events[0].GetProperty("cursor").GetString().ShouldNotBeNullOrEmpty();
        events[0].GetProperty("event_id").GetString().ShouldNotBe(events[0].GetProperty("cursor").GetString());
        events[0].GetProperty("stream").GetString().ShouldBe("incident.created");
        server.Webhooks.ShouldBe(0);
    }

    [Fact]
    public async Task Should_receive_the_webhooks_of_a_file_whatever_a_proxy_made_of_their_paths()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 200 });
        var port = Ports.Free();
        _run.Write("mcp-sse.toml", $$"""
            [mcp_sse]
            enable = true
            server_url = "{{server.Url}}"
            transport = "events"
            event.mode = "webhook"

            [mcp_sse.servers.incidents]
            event.name = "incident.created"
            event.webhook_url = "http://127.0.0.1:{{port}}"

            [mcp_sse.servers.deployments]
            event.name = "deploy.finished"
            event.arguments = { environment = "production" }
            event.webhook_url = "http://127.0.0.1:{{port}}/hooks/mcp"
            """);
        var running = _run.InvokeAsync("run", "--webhook-port", $"{port}");

        await _run.LineAsync("incident.created");
        await _run.LineAsync("deploy.finished");

        _run.PressCtrlC();
        (await running).ShouldBe(ExitCodes.Ok, _run.Error);
        _run.Out.ShouldContain($"waits on http://127.0.0.1:{port}/");
    }

    [Fact]
    public async Task Should_say_who_receives_webhooks_when_nobody_does()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions());
        _run.Variables["MCP_SSE__EVENT__MODE"] = "webhook";
        _run.Variables["MCP_SSE__EVENT__WEBHOOK_URL"] = $"http://127.0.0.1:{Ports.Free()}/hooks/mcp";
        var listening = _run.InvokeAsync("listen", $"{server.Url}", "--event", "incident.created");

        await _run.LineAsync("receive them with --webhook-port N");

        _run.PressCtrlC();
        (await listening).ShouldBe(ExitCodes.Ok, _run.Error);
    }

    [Fact]
    public async Task Should_count_the_data_that_does_not_fit_the_schema()
    {
        var type = new ServedEventType("incident.created") { PayloadSchema = """{"type":"object","properties":{"number":{"type":"string"}}}""" };
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Types = [type], Rate = 100 });
        _run.Variables["MCP_SSE__EVENT__CHECK_PAYLOADS"] = "true";

        (await _run.InvokeAsync("listen", $"{server.Url}", "--event", "incident.created", "--count", "3")).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.ShouldContain(": data did not fit the server's schema");
    }

    [Fact]
    public async Task Should_lead_to_the_events_when_the_server_grants_no_notifications()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions());
        var listening = _run.InvokeAsync("listen", $"{server.Url}");

        await _run.LineAsync($"The server grants no notifications, but has MCP events:  mcp-sse events {server.Url}");

        _run.PressCtrlC();
        (await listening).ShouldBe(ExitCodes.Ok);
    }

    [Fact]
    public async Task Should_go_on_after_the_cursor_that_it_reported()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 100 });
        string[] listen = ["listen", $"{server.Url}", "--event", "incident.created", "--count", "10"];
        (await _run.InvokeAsync(listen)).ShouldBe(ExitCodes.Ok, _run.Error);
        var cursor = _run.Out.Split('\n').Single(line => line.StartsWith("cursor: ", StringComparison.Ordinal))["cursor: ".Length..];

        using var second = new CliRun();
        (await second.InvokeAsync([.. listen, "--since-id", cursor])).ShouldBe(ExitCodes.Ok, second.Error);

        var numbers = Numbers(_run).Concat(Numbers(second)).ToList();
        numbers.ShouldBe(Enumerable.Range(numbers[0], 100).Where(number => number % 5 is 1 or 3 or 4).Take(20));

        static IEnumerable<int> Numbers(CliRun run) => run.Out.Split('\n').Where(line => line.Contains(" number=", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(" number=")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("--event deploy.finished", "/environment is missing")]
    [InlineData("--event incident.craeted", "did you mean incident.created?")]
    [InlineData("--event oncall.typing --poll", "only as push")]
    public async Task Should_say_what_is_wrong_and_where_to_look_when_the_server_cannot_be_subscribed_to(string options, string reason)
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions());

        (await _run.InvokeAsync(["listen", $"{server.Url}", .. options.Split(' ')])).ShouldBe(ExitCodes.Failed);

        var said = _run.Out.Split('\n').Single(line => line.StartsWith("state: Failed: ", StringComparison.Ordinal))["state: Failed: ".Length..];
        said.ShouldContain(reason);
        Pages.Read("docs/troubleshooting.md").ShouldContain($"`{said}`");
        _run.Out.ShouldContain($"mcp-sse events {server.Url}");
    }

    [Theory]
    [InlineData("--event incident.created --transport sse", "--event and --transport sse cannot be combined")]
    [InlineData("--arg severity=P1", "--arg requires --event NAME")]
    [InlineData("--poll", "--poll requires --event NAME")]
    [InlineData("--webhook-port 0", "--webhook-port requires --event NAME")]
    [InlineData("--event x --webhook-url https://example.com", "--webhook-url requires --webhook-port N")]
    [InlineData("--event x --webhook-port 0 --poll", "--poll and --webhook-port cannot be combined")]
    [InlineData("--event x --webhook-port 0 --webhook-url http://example.com", "a server posts events to https only")]
    [InlineData("--transport events", "name the type of event with --event NAME")]
    [InlineData("--event x --arg severity", "write NAME=VALUE")]
    [InlineData("--event x --arg a=1 --arg-json a=1", "give each argument once")]
    [InlineData("--event x --arg-json limit=five", "not JSON")]
    [InlineData("--event x --max-age soon", "--max-age soon: write")]
    public async Task Should_refuse_options_that_make_no_sense(string options, string complaint)
    {
        (await _run.InvokeAsync(["listen", "http://localhost:1/mcp", .. options.Split(' ')])).ShouldBe(ExitCodes.Usage, _run.Out);

        _run.Error.ShouldContain(complaint);
    }

    [Fact]
    public async Task Should_describe_subscriptions_when_a_file_is_checked()
    {
        _run.Write("mcp-sse.toml", """
            [mcp_sse]
            enable = true
            server_url = "https://example.com/mcp"
            transport = "events"

            [mcp_sse.servers.incidents]
            event.name = "incident.created"
            event.arguments = { severity = "P1", limit = 3 }
            event.mode = "poll"

            [mcp_sse.servers.deployments]
            event.name = "deploy.finished"
            """);

        (await _run.InvokeAsync("check")).ShouldBe(ExitCodes.Ok, _run.Out);
        (await _run.InvokeAsync("check", "--json")).ShouldBe(ExitCodes.Ok);

        _run.Out.ShouldContain("incidents: enabled, https://example.com/mcp, transport events, event incident.created (severity=P1  limit=3) by poll, ");
        _run.Out.ShouldContain("deployments: enabled, https://example.com/mcp, transport events, event deploy.finished, ");
        _run.OfKindIn("stream").First().GetProperty("event").GetRawText().ShouldBe("""{"name":"incident.created","arguments":{"severity":"P1","limit":3},"mode":"poll"}""");
    }

    [Fact]
    public async Task Should_run_several_subscriptions_of_one_server()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 100, Drops = DropPlan.Every(4) });
        _run.Write("mcp-sse.toml", $"""
            [mcp_sse]
            enable = true
            server_url = "{server.Url}"
            transport = "events"
            initial_reconnect_delay = 0.01
            [mcp_sse.servers.one]
            event.name = "incident.created"
            [mcp_sse.servers.two]
            event.name = "oncall.typing"
            """);

        (await _run.InvokeAsync("run", "--filter", McpGapEvent.Type, "--count", "2", "--json", "--all")).ShouldBe(ExitCodes.Ok, _run.Error);

        // Only the events of one can be sent again.
        _run.OfKind("event").Select(line => line.GetProperty("stream").GetString()).Distinct().ShouldBe(["two"]);
        Gaps("one").ShouldBe(0);
        Gaps("two").ShouldBeGreaterThan(0);

        int Gaps(string stream) => _run.OfKind("stats").Single(line => line.GetProperty("stream").GetString() == stream).GetProperty(
            "mcp").GetProperty("gaps").GetInt32();
    }
}
