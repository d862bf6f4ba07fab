using McpSseActors.Cli.Web;
using McpSseActors.Tests.Mcp;

namespace McpSseActors.Tests.Cli.Output;

/// <summary>What a program learns from the statistics at the end of a run.</summary>
public sealed class JsonStatsSpec
{
    [Theory]
    [InlineData("subscriptions", "subscriptions", "2026-07-28")]
    [InlineData("auto", "subscriptions", "2026-07-28")]
    [InlineData("streamable-http", "streamable-http", "2025-11-25")]
    [InlineData("http-sse", "http-sse", "2024-11-05")]
    public async Task Should_say_transport_revision_and_what_was_granted(string transport, string found, string version)
    {
        await using var server = await FakeMcp.StartAsync(found switch
        {
            "subscriptions" => new ModernMcp(),
            "streamable-http" => new SessionMcp(),
            _ => (FakeMcp)new OldMcp(),
        });

        using var run = new CliRun();
        var stats = await StatsAsync(
            run, server.Url, transport, "[mcp_sse.mcp]\nresources = [\"demo://a\"]", shown => shown.Mcp.ShouldNotBeNull().Granted.Resources.ShouldBe(["demo://a"]));

        stats.GetProperty("transport").GetString().ShouldBe(found);
        var mcp = stats.GetProperty("mcp");
        (mcp.GetProperty("transport").GetString(), mcp.GetProperty("protocol_version").GetString()).ShouldBe((found, version));
        foreach (var list in new[] { "requested", "granted" })
            mcp.GetProperty(list).GetProperty("resources").EnumerateArray().Select(uri => uri.GetString()).ShouldBe(["demo://a"], list);
    }

    [Fact]
    public async Task Should_say_the_transport_of_a_plain_stream()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        using var run = new CliRun();

        var stats = await StatsAsync(run, server.Url.ToString(), "sse", "", shown => shown.IsConnected.ShouldBeTrue());

        stats.GetProperty("transport").GetString().ShouldBe("sse");
        stats.GetProperty("mcp").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task<JsonElement> StatsAsync(CliRun run, string url, string transport, string more, Action<StreamStats> isReady)
    {
        run.WriteConfig(url, $"transport = \"{transport}\"\n{more}");
        var running = run.InvokeAsync("run", "--stats-port", "0", "--format", "json", "--all");
        var shown = new Uri(JsonElement.Parse(await run.LineAsync("\"kind\":\"listening\"")).GetProperty("url").GetString()!);
        using var client = new HttpClient();
        await Eventually.HoldsAsync(async () =>
        {
            var stats = JsonSerializer.Deserialize<StreamStats[]>(await client.GetStringAsync(new Uri(shown, "/api/v1/stats")), ApiAnswers.Json);
            isReady(stats.ShouldNotBeNull().ShouldHaveSingleItem());
        });
        run.PressCtrlC();
        (await running).ShouldBe(0, run.Error);
        return run.OfKind("stats").ShouldHaveSingleItem();
    }
}
