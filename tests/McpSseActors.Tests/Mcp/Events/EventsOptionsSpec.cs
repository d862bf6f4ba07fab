namespace McpSseActors.Tests.Mcp.Events;

/// <summary>How a subscription is written.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsOptionsSpec
{
    [Fact]
    public void Should_read_subscriptions_of_a_file_as_streams()
    {
        var streams = TomlConfiguration.Parse(
            """
            [mcp_sse]
            enable = true
            server_url = "https://example.com/mcp"
            transport = "events"
            [mcp_sse.servers.urgent]
            event.name = "incident.created"
            event.arguments = { severity = "P1", open = true, teams = ["a", "b"], most = 3, share = 0.5, of = { region = "eu" } }
            event.mode = "poll"
            event.max_age = 3600
            event.dialect = "sketch"
            [mcp_sse.servers.other]
            event = { name = "build.done", arguments = '{"branch": null}' }
            """,
            environment: new Dictionary<string, string> { ["MCP_SSE__SERVERS__OTHER__EVENT__MODE"] = "push" }).Streams;

        streams.Select(stream => stream.Name).ShouldBe(["urgent", "other"]);
        streams[0].Event.ShouldBe(new McpEventSubscription
        {
            Name = "incident.created",
            Arguments = """{"severity":"P1","open":true,"teams":["a","b"],"most":3,"share":0.5,"of":{"region":"eu"}}""",
            Mode = McpEventMode.Poll,
            MaxAge = TimeSpan.FromHours(1),
            Dialect = McpEventDialect.Sketch,
        });
        streams[1].Event.ShouldBe(new McpEventSubscription { Name = "build.done", Arguments = """{"branch": null}""", Mode = McpEventMode.Push });
    }

    [Fact]
    public void Should_want_an_event_type_from_an_enabled_stream() =>
        new StreamOptions { Enabled = true, ServerUrl = "https://example.com/mcp", Transport = StreamTransport.Events }.Validate().ShouldHaveSingleItem()
            .ToString().ShouldContain("the transport events needs the event type to subscribe to");
}
