using System.CommandLine;
using System.Globalization;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Recording;
using McpSseActors.Cli.Streams;
using McpSseActors.Diagnostics;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse record</c>: records a stream to a file.</summary>
internal static class RecordCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "record",
            "Records a stream to a file, byte for byte and with its timing, until Ctrl-C. "
            + "Play it with 'mcp-sse replay FILE', serve it with 'mcp-sse serve --from FILE'. "
            + "The file contains the events, but no keys and no request headers. "
            + "From an MCP server it records the event stream, not the responses to requests.",
            "mcp-sse record http://localhost:8080/events --output problem.rec",
            "mcp-sse record http://localhost:3001/mcp --transport auto --output mcp.rec --duration 10m",
            "mcp-sse record my.toml --stream chat --output chat.rec");
        var target = Target.UrlOrFile("The URL of the event stream.");
        var stream = new Option<string?>("--stream") { Description = "With FILE: the stream to record, if several are enabled.", HelpName = "NAME" };
        var of = new UrlStream("sse");
        var output = new Option<string>("--output", "-o") { Description = "The file to write.", HelpName = "FILE", Required = true };
        var force = new Option<bool>("--force") { Description = "Overwrite an existing file." };
        var duration = Values.Span("--duration", "End after this time: 30s, 10m, 2h.");
        var count = TailOptions.Count("End after this many events. The exit code is 1 if fewer arrive.");
        target.AddTo(command);
        command.Add(stream);
        of.AddTo(command, hasUrl: result => target.Url(result) is not null);
        command.Add(output);
        command.Add(force);
        command.Add(count);
        command.Add(duration);
        command.Validators.Add(result =>
        {
            if (target.Url(result) is null && target.FileOf(result) is null)
                result.AddError("Specify what to record: URL, FILE or --config FILE.");
        });
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            var options = target.Url(parsed.CommandResult) is { } given
                ? of.Read(given, parsed, context.Environment).Streams.Single()
                : Choose(
                    await ConfigFile.LoadAsync(ConfigFile.Find(target.FileOf(parsed.CommandResult), context.Environment), context).ConfigureAwait(false),
                    parsed.GetValue(stream));
            var limits = new Limits(parsed.GetValue(count), parsed.GetValue(duration));
            var existing = parsed.GetValue(force) ? Existing.Overwrite : Existing.Refuse;
            return await RecordAsync(options, parsed.GetValue(output)!, existing, limits, context).ConfigureAwait(false);
        });
        return command;
    }

    private static StreamOptions Choose(McpSseOptions options, string? name)
    {
        var streams = options.Streams.Where(stream => name is null ? stream.Enabled : stream.Name == name).ToList();
        return streams is [var only]
            ? only with { Enabled = true }
            : throw new CliException(ExitCodes.Usage, $"--stream: specify one of {string.Join(", ", options.Streams.Select(stream => stream.Name))}.");
    }

    private static async Task<int> RecordAsync(StreamOptions stream, string path, Existing existing, Limits limits, CommandContext context)
    {
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = context.Environment.Time;
        using var file = OutputFile.Open(path, existing, context.Environment, full.SetResult, remedy: "overwrite it with --force");
        var recording = new RecordingWriter(file, stream, time);
        var events = new Tally();
        var start = time.GetTimestamp();
        var setup = new StreamHostSetup
        {
            Options = new McpSseOptions { Streams = [DiagnosisPort.Record(stream with { EnableEventLogging = false }, recording.Tee)] },
            Handlers = streams => streams.AddHandler(events.Add),
            OnState = change =>
            {
                recording.State(change);
                context.Reporter.State(change);
            },
            Verbose = context.Verbose,
        };
        using var progress = new ProgressLine(context.Reporter, time, () => events.Handled, () => recording.Bytes);
        var enough = Task.WhenAny(full.Task, events.ReachAsync(limits.Count ?? long.MaxValue), time.PassAsync(limits.Duration ?? TimeSpan.MaxValue));
        var end = await StreamRun.RunAsync(context, setup, enough).ConfigureAwait(false);
        var code = end.ExitCode(hasAll: limits.Count is { } count ? events.Handled >= count : null);

        progress.Dispose();
        file.Dispose();
        file.ThrowIfBroken();
        context.Reporter.Summary(Summarise(recording, events, path, time.GetElapsedTime(start), passed: code == ExitCodes.Ok));
        return code;
    }

    private sealed record Limits(int? Count, TimeSpan? Duration);

    private static RunSummary Summarise(RecordingWriter recording, Tally events, string path, TimeSpan took, bool passed) => new(
        "record",
        passed,
        string.Create(CultureInfo.InvariantCulture, $"{path}: {events.Handled} events, {recording.Bytes} bytes, {recording.Connections} connection(s). Play it: mcp-sse replay {path}"),
        [
            new("events", events.Handled, InVerdict: true),
            new("bytes", recording.Bytes, InVerdict: true),
            new("connections", recording.Connections, InVerdict: true),
            new("duration", took),
        ],
        []);
}
