namespace McpSseActors.Tests.Cli.Output;

/// <summary>Types, IDs and data that would fill or turn the line are shortened or escaped.</summary>
public sealed class HostileTextSpec : IDisposable
{
    private const string Turning = "a\u202E\u061C\u200F\u0085\u007Fb";

    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Should_shorten_what_is_long_when_it_is_pretty()
    {
        await using var server = Server($"id: {new string('i', 5_000_000)}\nevent: {new string('t', 300)}\ndata: x\n\n");

        await ListenAsync(server);

        _run.Out.ShouldContain($"{new string('t', 200)}… (300 characters) #{new string('i', 200)}… (5000000 characters) message=x");
        _run.Out.ShouldContain($"last event ID: {new string('i', 200)}… (5000000 characters)");
        _run.Out.Length.ShouldBeLessThan(5_000);
    }

    [Fact]
    public async Task Should_escape_what_turns_the_line_when_it_is_json()
    {
        await using var server = Server($"id: {Turning}\nevent: {Turning}\ndata: {{\"{Turning}\":\"é {Turning}\"}}\n\n");

        await ListenAsync(server, "--format", "json");

        _run.Out.TrimEnd('\n').ShouldAllBe(letter => !char.IsControl(letter) && !"\u202E\u061C\u200F".Contains(letter));
        _run.Out.ShouldContain("é a\\u202e\\u061c\\u200f\\u0085\\u007fb");
        var line = _run.OfKind("event").ShouldHaveSingleItem();
        line.GetProperty("event_id").GetString().ShouldBe(Turning);
        line.GetProperty("data").GetProperty(Turning).GetString().ShouldBe($"é {Turning}");
    }

    private static ScriptedServer Server(string events) => new(Script.Sends(events));

    private async Task ListenAsync(ScriptedServer server, params string[] options) =>
        (await _run.InvokeAsync(["listen", server.Url.ToString(), "--transport", "sse", "--count", "1", .. options])).ShouldBe(0, _run.Error);
}
