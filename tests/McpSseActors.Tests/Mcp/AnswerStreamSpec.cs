namespace McpSseActors.Tests.Mcp;

/// <summary>Streamable HTTP: answers that come as an event stream, and are cut before they are there.</summary>
public sealed class AnswerStreamSpec : McpSpec
{
    private const string Early = "data: {\"jsonrpc\":\"2.0\",\"method\":\"early\"}\n\n";

    private static readonly McpListenOptions Wishes = new() { Resources = ["demo://a"] };

    private string _id = "";

    [Theory]
    [InlineData("at its end", "id: p-1\ndata:\n\nretry: 20\n\n", false)]
    [InlineData("by a reset", "id: p-1\nretry: 20\n" + Early, true)]
    [InlineData("in the middle of an event", "id: p-1\nretry: 20\n" + Early + "id: p-2\ndata: {\"jsonrpc\":\"2.0\",\"id\":", true)]
    [InlineData("with no time to wait", "id: p-1\nretry: 0\ndata:\n\n", false)]
    public async Task Should_ask_for_the_rest_when_an_answer_is_cut(string where, string begin, bool isBroken)
    {
        _ = where;
        var early = new TaskCompletionSource();
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What == "resources/subscribe")
            {
                _id = call.Result();
                var stream = await call.StreamAsync();
                await stream.WriteAsync(begin);
                if (isBroken)
                {
                    // Or the head of the answer might be lost too.
                    await early.Task;
                    stream.Abort();
                }

                return true;
            }

            if (call.Header("Last-Event-ID") != "p-1")
                return false;
            var rest = await call.StreamAsync();
            await rest.MessageAsync("""{"jsonrpc":"2.0","method":"late"}""", "p-2");
            await rest.MessageAsync(_id, "p-3");
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { Mcp = Wishes, ConnectionTimeout = TimeSpan.FromSeconds(5) });

        if (isBroken)
        {
            await NextAsync("early");
            early.SetResult();
        }

        await NextAsync("late");
        await StatsHoldAsync(host, stats =>
        {
            stats.Mcp!.Granted.Resources.ShouldBe(["demo://a"]);
            (stats.State, stats.TotalReconnectAttempts, stats.LastEventId).ShouldBe((ConnectionState.Connected, 0, null));
            stats.Dropped.ShouldBeEmpty();
        });
        (await server.CallAsync("GET", 2)).Header("Mcp-Session-Id").ShouldBe("session-1");
    }

    [Fact]
    public async Task Should_not_move_the_cursor_of_the_stream_when_an_answer_has_IDs()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What != "resources/subscribe")
                return false;
            var stream = await call.StreamAsync();
            await stream.MessageAsync("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":0.5}}""", "p-1");
            await stream.MessageAsync(call.Result(), "p-2");
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { Mcp = Wishes });

        await NextAsync("notifications/progress");
        await server.NotifyAsync("a");
        (await NextAsync("a")).EventId.ShouldBe("1");
        server.Drop();
        (await server.CallAsync("GET", 2)).Header("Last-Event-ID").ShouldBe("1");
    }

    [Fact]
    public async Task Should_go_on_when_the_server_refuses_a_resource()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            var isRefused = call.What == "resources/subscribe" && call.Params.GetProperty("uri").GetString() == "demo://a";
            if (isRefused)
                await call.ErrorAsync(200, -32602, "no such resource");
            return isRefused;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { Mcp = new McpListenOptions { Resources = ["demo://a", "demo://b"] } });

        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.Resources.ShouldBe(["demo://b"]));
        await Overheard.UntilAsync("does not grant resources/subscribe: error -32602: no such resource");
        await Overheard.UntilAsync("the server grants tools, prompts, resources, demo://b");
        await server.NotifyAsync("a");
        await NextAsync("a");
    }
}
