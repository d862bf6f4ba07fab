using McpSseActors.Interop.Support;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary><c>mcp-sse listen</c> as an operator runs it.</summary>
[Trait("Category", "Interop")]
public sealed class ListenCommandSpec
{
    [Theory]
    [InlineData("everything, sse", "notifications/message")]
    [InlineData("everything, streamable", "notifications/message")]
    [InlineData("typescript", "notifications/resources/updated")]
    public async Task Should_print_events_again_when_the_server_was_killed(string kind, string heard)
    {
        using var server = await RealServer.StartAsync(kind);
        using var tool = new Child("dotnet", [Folders.Tool, "listen", server.Url, "--resource", Listener.Resource(server.Url), "--log-level", "debug"]);
        await Eventually.HoldsAsync(() => Heard(tool, heard).ShouldBeGreaterThan(0));

        for (var time = 1; time <= 3; time++)
        {
            server.Kill();
            await Eventually.HoldsAsync(() => tool.Lines.Count(line => line.Contains("attempt 1 in", StringComparison.Ordinal)).ShouldBe(time));
            var before = Heard(tool, heard);
            await server.StartAsync();
            await Eventually.HoldsAsync(() => Heard(tool, heard).ShouldBeGreaterThan(before));
        }

        tool.Terminate();
        (await tool.EndAsync()).ShouldBe(0);
        tool.Lines.ShouldContain(line => line.StartsWith("reconnects: ", StringComparison.Ordinal), string.Join("\n", tool.Lines));
    }

    private static int Heard(Child tool, string type) => tool.Lines.Count(line => line.Contains($"  {type} ", StringComparison.Ordinal));
}
