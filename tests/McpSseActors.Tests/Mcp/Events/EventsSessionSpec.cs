namespace McpSseActors.Tests.Mcp.Events;

/// <summary>A server of an earlier revision that declares events in its answer to <c>initialize</c>.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsSessionSpec : EventsSpec, IAsyncLifetime
{
    private string _session = "session-1";

    public EventsSessionSpec() => Server.Instead = InsteadAsync;

    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Theory]
    [InlineData("""{"extensions":{"io.modelcontextprotocol/events":{"listChanged":true}}}""", "io.modelcontextprotocol/events")]
    [InlineData("""{"events":{}}""", "the capability events")]
    public async Task Should_subscribe_in_a_session_when_events_are_declared_at_initialize(string capabilities, string declared)
    {
        Server.Capabilities = capabilities;
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");

        await NextAreAsync("e1");
        Server.Asked.ShouldBe(["server/discover", "initialize", "notifications/initialized", "events/list", "events/stream"]);
        var first = Server.Calls[1];
        first.Params.GetProperty("protocolVersion").GetString().ShouldBe("2025-11-25");
        first.Params.GetProperty("capabilities").GetProperty("extensions").TryGetProperty("io.modelcontextprotocol/events", out _).ShouldBeTrue();
        foreach (var call in Server.Calls.Skip(2))
            (call.Header("MCP-Protocol-Version"), call.Header("Mcp-Session-Id"), call.Header("Mcp-Method")).ShouldBe(("2025-06-18", "session-1", null));
        var mcp = await McpAsync(host);
        (mcp.ProtocolVersion, mcp.Server, mcp.TransportReason).ShouldBe(("2025-06-18", "old 1", $"pushed; the server declares {declared}"));
        Overheard.ShouldHoldNo("session-1");

        await host.Client.StopAsync();
        await Server.CallAsync("DELETE");
    }

    [Fact]
    public async Task Should_begin_another_session_and_go_on_when_the_server_lost_it()
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
        await NextAreAsync("e1");
        _session = "session-2";
        Server.Drop();

        var again = await Server.SubscribedAsync(2);
        (again.Cursor, again.Call.Header("Mcp-Session-Id")).ShouldBe(("\"c1\"", "session-2"));
        await again.EventAsync("e2", "c2");
        await NextAreAsync("e2");
        await Overheard.UntilAsync("the server no longer knows the session");
    }

    [Fact]
    public async Task Should_ask_for_no_events_and_leave_when_none_are_declared()
    {
        Server.Capabilities = """{"tools":{}}""";
        await using var host = await SubscribeAsync();

        (await FailedAsync(host)).ShouldBe("the server does not declare MCP Events");
        await Server.CallAsync("DELETE");
        Server.Asked.ShouldBe(["server/discover", "initialize", "notifications/initialized", "DELETE"]);
    }

    [Fact]
    public async Task Should_fail_when_the_server_refuses_to_initialize()
    {
        Server.Instead = async call =>
        {
            await call.ErrorAsync(400, -32601);
            return true;
        };
        await using var host = await SubscribeAsync();

        (await FailedAsync(host)).ShouldBe("the server does not support revision 2026-07-28, which events need");
    }

    [Fact]
    public async Task Should_list_the_types_and_end_the_session()
    {
        await using var host = await SubscribeAsync();
        await Server.SubscribedAsync();

        (await Within.LimitAsync(host.Client.GetEventTypesAsync())).Types.ShouldHaveSingleItem().Name.ShouldBe(EventsMcp.Incident);
        await Server.CallAsync("DELETE");
        Server.Count("DELETE").ShouldBe(1);
    }

    private async Task<bool> InsteadAsync(McpCall call)
    {
        switch (call.What)
        {
            case "server/discover":
                await call.ErrorAsync(404, -32601);
                return true;
            case "initialize":
                await call.ResultAsync(
                    $$$"""{"protocolVersion":"2025-06-18","capabilities":{{{Server.Capabilities}}},"serverInfo":{"name":"old","version":"1"}}""", ("Mcp-Session-Id", _session));
                return true;
            case "notifications/initialized" or "DELETE":
                await call.TextAsync(202);
                return true;
            default:
                if (call.Header("Mcp-Session-Id") == _session)
                    return false;
                await call.TextAsync(404, "no such session");
                return true;
        }
    }
}
