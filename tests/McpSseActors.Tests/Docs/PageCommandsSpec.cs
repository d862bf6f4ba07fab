using System.Text.RegularExpressions;
using McpSseActors.Tests.Cli;
using McpSseActors.Tests.Mcp;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Events;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Tests.Docs;

/// <summary>Every command of the tool that a page tells the reader to type works against a server like the page's.</summary>
public sealed partial class PageCommandsSpec
{
    public static TheoryData<string> All => [.. Pages.Paths
        .SelectMany(path => Pages.Blocks(File.ReadAllText(path), "sh"))
        .SelectMany(block => Command().Matches(block)).Select(command => command.Value.Trim()).Distinct()];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Should_work_when_a_page_shows_a_command(string line)
    {
        var command = Command().Match(line);
        var connected = new TaskCompletionSource();
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 }, Watch);
        await using var mcp = await FakeMcp.StartAsync(new ModernMcp());
        await using var events = await EventsServer.StartAsync(new EventsServerOptions { Rate = 50 }, Watch);
        using var tool = new CliRun();
        tool.WriteConfig(server.Url.ToString(), "initial_reconnect_delay = 0.1");
        if (command.Groups["variable"] is { Success: true } variable)
            tool.Variables[variable.Value] = command.Groups["value"].Value;
        using var host = new CliRun();
        host.WriteConfig(server.Url.ToString());
        var isOfEvents = command.Groups["words"].Value.Contains("event", StringComparison.Ordinal);
        var isAttached = line.Contains("--attach", StringComparison.Ordinal);
        var hosting = isAttached ? host.InvokeAsync("run", "--stats-port", "0") : Task.CompletedTask;
        var hostUrl = isAttached ? (await host.LineAsync("listening on http")).Split(' ')[^1].Trim() : "";
        var webhooks = $"{Ports.Free()}";
        var words = Word().Matches(command.Groups["words"].Value).Select(word => word.Value.Trim('\'')).Select(word => word switch
        {
            "8080" or "5080" => "0",
            "8081" => webhooks,
            "http://127.0.0.1:5080" => hostUrl,
            "https://hooks.example.com" => $"http://127.0.0.1:{webhooks}",
            _ when word.EndsWith("/mcp", StringComparison.Ordinal) => isOfEvents ? $"{events.Url}" : mcp.Url,
            _ when word.EndsWith(":8080/events", StringComparison.Ordinal) => server.Url.ToString(),
            _ => word,
        }).ToArray();
        if (words[0] != "record" && words.FirstOrDefault(word => word.EndsWith(".rec", StringComparison.Ordinal)) is { } recording)
            (await tool.InvokeAsync("record", server.Url.ToString(), "--output", recording, "--count", "3")).ShouldBe(0, tool.Error);

        var running = tool.InvokeAsync(words is ["demo"] ? ["demo", "--events", "20", "--rate", "100"] : words);
        await Task.WhenAny(running, words[0] == "serve" ? tool.LineAsync("listening") : words[0] is "test" or "check" or "demo" or "events"
            ? running : ConnectedAsync());
        tool.PressCtrlC();
        (await running).ShouldBe(0, tool.Out + tool.Error);
        host.PressCtrlC();
        await hosting;

        void Watch(ServerActivity activity) => connected.TrySetResult();

        Task ConnectedAsync() => Array.IndexOf(words, mcp.Url) > 0 ? mcp.StreamAsync(1) : connected.Task;
    }

    [GeneratedRegex(@"(?:(?<variable>MCP_\w+)=(?<value>\S+) )?(?<![\w/.])(?:artifacts/single-file/mcp-sse|mcp-sse|dotnet run --project \S*McpSseActors\.Cli --) (?<words>[^|&\n]+)")]
    private static partial Regex Command();

    [GeneratedRegex("'[^']*'|\\S+")]
    private static partial Regex Word();
}
