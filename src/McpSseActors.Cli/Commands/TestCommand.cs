using McpSseActors.Cli.Testing;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse test</c> and <c>mcp-sse test reconnect</c>.</summary>
internal static class TestCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var options = new TestOptions();
        var test = new CliCommand(
            "test",
            "Diagnoses a URL, or the streams of a configuration: each step from DNS to resume, with its time, and what to do if it fails. "
            + "With neither, tests the tool against a server in this process.",
            "mcp-sse test http://localhost:8080/events",
            "mcp-sse test my.toml --listen 40 --timeout 60",
            "mcp-sse test --url https://example.com/mcp --report ticket.json",
            "mcp-sse test",
            "mcp-sse test reconnect");
        var reconnect = new CliCommand(
            "reconnect",
            "Tests that a lost connection is restored without lost or repeated events, and measures how long it takes.",
            "mcp-sse test reconnect",
            "mcp-sse test reconnect http://localhost:8080/events");
        options.AddTo(test, reconnect);
        test.Add(reconnect);
        test.SetWork(globals, environment, async (parsed, context) => await (await options.StreamsAsync(parsed, context).ConfigureAwait(false) is { } streams
            ? Diagnosis.RunAsync(context, options.ForDiagnosis(parsed, streams, context.Environment))
            : BasicTest.RunAsync(context, options.ForTest(parsed, null, embeddedEvents: 24))).ConfigureAwait(false));
        reconnect.SetWork(globals, environment, async (parsed, context) =>
            await ReconnectTest.RunAsync(context,
                options.ForTest(parsed, await options.StreamsAsync(parsed, context).ConfigureAwait(false), embeddedEvents: 60)).ConfigureAwait(false));
        return test;
    }
}
