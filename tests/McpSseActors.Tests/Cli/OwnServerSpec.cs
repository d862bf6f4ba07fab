using McpSseActors.Cli;

namespace McpSseActors.Tests.Cli;

/// <summary><c>mcp-sse test</c> with the server that it starts itself. Alone, because it judges how long a reconnect takes.</summary>
[Collection(nameof(Alone))]
public sealed class OwnServerSpec : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("test", 5)]
    [InlineData("test reconnect", 12)]
    public async Task Should_hold_every_check(string command, int checks)
    {
        (await _run.InvokeAsync([.. command.Split(' '), "--json"])).ShouldBe(ExitCodes.Ok, _run.Out + _run.Error);

        _run.OfKind("check").Count().ShouldBe(checks);
        _run.OfKind("summary").ShouldHaveSingleItem().GetProperty("connection_state").GetString().ShouldBe("Connected");
    }
}
