using System.CommandLine;
using System.Globalization;
using McpSseActors.Cli.Output;
using McpSseActors.TestServer.Recording;
using McpSseActors.TestServer.Replay;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse replay</c>: plays a recording through the library, with server and client in one process.</summary>
internal static class ReplayCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "replay",
            "Plays a recording through the library, as if its server sent it now, and prints the events that handlers would receive. "
            + "It also replays the drops of the connection. To test another client, use 'mcp-sse serve --from FILE'.",
            "mcp-sse replay problem.rec",
            "mcp-sse replay problem.rec --speed max --format json | jq .data",
            "mcp-sse replay problem.rec --speed 10x --filter 'chat.*'");
        var file = new Argument<string>("FILE") { Description = "The recording." };
        var speed = Speed();
        var tail = new TailOptions(globals, environment.Time);
        command.Add(file);
        command.Add(speed);
        tail.AddTo(command);
        command.SetWork(globals, environment, (parsed, context) =>
            ReplayAsync(parsed.GetValue(file)!, parsed.GetValue(speed) ?? ReplaySpeed.AsItCame, tail.Read(parsed), context));
        return command;
    }

    /// <summary>The option for the speed.</summary>
    public static Option<ReplaySpeed?> Speed() =>
        Values.Option<ReplaySpeed>("--speed", "The speed: 2x, 0.5x, or max, which never waits. Default: 1x.", "SPEED", ReplaySpeed.Form, ReplaySpeed.TryParse);

    /// <summary>What is to be known of a recording before it is played.</summary>
    public static IEnumerable<string> Describe(RecordingFile recording, string path)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {recording.Header.Url} ({recording.Header.Transport}), {recording.Connections.Length} connection(s), {recording.Bytes} bytes, {recording.Duration.TotalSeconds:0.0} s from {recording.Header.Started.ToLocalTime():yyyy-MM-dd HH:mm:ss}");
        if (recording.CutLine is { } line)
            yield return $"{path}({line}): the last line is cut, so the recording ends before it";
        if (recording.Header.Transport != "sse")
            yield return "recorded from an MCP server: its messages are played as a plain event stream, without the session around it";
    }

    /// <summary>Reads a recording. A pipe without a writer does not delay the end.</summary>
    /// <exception cref="RecordingException">It is wrong.</exception>
    public static Task<RecordingFile> LoadAsync(string path, CommandContext context) =>
        Task.Run(() => RecordingFile.Load(path, context.Environment.Directory), CancellationToken.None).WaitAsync(context.Ending);

    private static async Task<int> ReplayAsync(string path, ReplaySpeed speed, TailSettings settings, CommandContext context)
    {
        var recording = await LoadAsync(path, context).ConfigureAwait(false);
        foreach (var line in Describe(recording, path))
            context.Environment.Error.WriteLine(line);
        await using var server = await ReplayServer.StartAsync(recording, new ReplayOptions { Speed = speed, Time = context.Environment.Time }).ConfigureAwait(false);
        var stream = new StreamOptions
        {
            Name = "replay",
            Enabled = true,
            ServerUrl = server.Url.AbsoluteUri,
            // Silence in a recording does not mean a lost connection.
            ReadTimeout = TimeSpan.FromDays(1),
            InitialReconnectDelay = TimeSpan.FromMilliseconds(100),
            MaxReconnectAttempts = -1,
            EnableEventLogging = false,
        };
        return await RunCommand.RunAsync(path, new McpSseOptions { Streams = [stream] }, settings, context, hasProgress: true).ConfigureAwait(false);
    }
}
