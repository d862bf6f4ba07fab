using System.Text.RegularExpressions;
using McpSseActors.Interop.Support;
using McpSseActors.TestSupport;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary><c>mcp-sse listen</c> as an operator runs it.</summary>
[Trait("Category", "Interop")]
public sealed partial class ListenCommandSpec
{
    [Theory]
    [InlineData("everything, sse")]
    [InlineData("everything, streamable")]
    [InlineData("c#, /sse")]
    [InlineData("c#, /mcp")]
    [InlineData("typescript")]
    public async Task Should_print_events_again_when_the_server_was_killed(string kind)
    {
        using var server = await RealServer.StartAsync(kind);
        using var tool = new Child("dotnet", [Folders.Tool, "listen", server.Url, "--resource", server.Resource, "--log-level", "debug"]);
        await HearAsync(since: 0);

        for (var time = 1; time <= 3; time++)
        {
            var losses = Losses();
            server.Kill();
            await Eventually.HoldsAsync(() => Losses().ShouldBeGreaterThan(losses, tool.Said));
            var before = Heard();
            await server.StartAsync();
            await HearAsync(before);
        }

        tool.Terminate();
        (await tool.EndAsync()).ShouldBe(0, tool.Said);
        tool.Lines.ShouldContain(line => line.StartsWith("reconnects: ", StringComparison.Ordinal), tool.Said);

        async Task HearAsync(int since)
        {
            await server.StirAsync(() => tool.Lines);
            await Eventually.HoldsAsync(() => Heard().ShouldBeGreaterThan(since, tool.Said));
        }

        // A connection that was killed early does not reset the count of attempts.
        int Losses() => tool.Lines.Count(line => AttemptFollows().IsMatch(line));

        int Heard() => tool.Lines.Count(line => line.Contains("  notifications/resources/updated ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"attempt \d+ in")]
    private static partial Regex AttemptFollows();
}
