using McpSseActors.Interop.Support;
using McpSseActors.TestSupport;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>Servers of the official SDKs, in every revision: killed and started again, three times in a row.</summary>
[Trait("Category", "Interop")]
public sealed class RealServerSpec
{
    private const string Updated = "notifications/resources/updated";
    private const string ToolsChanged = "notifications/tools/list_changed";
    private const string Log = "notifications/message";

    [Theory]
    [InlineData("everything, sse", "http-sse", "http-sse", Updated, Log)]
    [InlineData("everything, sse", "auto", "http-sse", Updated, Log)]
    [InlineData("everything, streamable", "streamable-http", "streamable-http", Updated, Log)]
    [InlineData("everything, streamable", "auto", "streamable-http", Updated, Log)]
    [InlineData("c#, /sse", "http-sse", "http-sse", Updated, ToolsChanged, Log)]
    [InlineData("c#, /sse", "auto", "http-sse", Updated, ToolsChanged, Log)]
    [InlineData("c#, /mcp", "streamable-http", "streamable-http", Updated, ToolsChanged, Log)]
    [InlineData("c#, /mcp", "subscriptions", "subscriptions", Updated, ToolsChanged)]
    [InlineData("c#, /mcp", "auto", "subscriptions", Updated, ToolsChanged)]
    [InlineData("typescript", "subscriptions", "subscriptions", Updated, ToolsChanged)]
    [InlineData("typescript", "auto", "subscriptions", Updated, ToolsChanged)]
    public async Task Should_hear_again_what_it_asked_for_when_the_server_was_killed(string kind, string transport, string spoken, params string[] heard)
    {
        using var server = await RealServer.StartAsync(kind);
        await using var listener = await Listener.StartAsync(server, transport);
        await HearAsync(heard.ToDictionary(type => type, _ => 0));

        for (var time = 1; time <= 3; time++)
        {
            server.Kill();
            await listener.LoseAsync();
            var before = heard.ToDictionary(type => type, listener.Count);
            await server.StartAsync();

            await HearAsync(before);
            await Eventually.HoldsAsync(() => listener.Count("mcp.resync").ShouldBe(time));
            await Eventually.HoldsAsync(() => listener.Count("mcp.resource").ShouldBe(time));
        }

        var mcp = await listener.McpAsync();
        mcp.Transport.ShouldBe(spoken);
        mcp.Sessions.ShouldBe(spoken == "subscriptions" ? 0 : 4);

        async Task HearAsync(Dictionary<string, int> since)
        {
            await Eventually.HoldsAsync(async () =>
            {
                var granted = (await listener.McpAsync()).Granted;
                granted.Resources.ShouldBe([server.Resource]);
                granted.LogLevel.ShouldBe(heard.Contains(Log) ? "debug" : "");
                granted.ToolsChanged.ShouldBeTrue();
            });
            await server.StirAsync(() => listener.Said(Log));
            foreach (var (type, count) in since)
                await listener.HearAsync(type, count);
        }
    }

    [Fact]
    public async Task Should_speak_what_the_new_server_speaks_when_another_takes_the_place_of_the_old()
    {
        using var modern = await RealServer.StartAsync("c#, /mcp");
        await using var listener = await Listener.StartAsync(modern.Url, "demo://resource/dynamic/text/1", "auto");
        await listener.HearAsync(Updated, since: 0);
        (await listener.McpAsync()).Transport.ShouldBe("subscriptions");

        modern.Kill();
        await listener.LoseAsync();
        var before = listener.Count(Updated);
        using var older = await RealServer.StartAsync("everything, streamable", modern.Port);

        await older.StirAsync(() => listener.Said(Log));
        await listener.HearAsync(Updated, before);
        (await listener.McpAsync()).Transport.ShouldBe("streamable-http");
    }
}
