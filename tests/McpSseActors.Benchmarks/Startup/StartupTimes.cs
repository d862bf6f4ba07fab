using System.Diagnostics;
using System.Globalization;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Startup;

/// <summary>How long programs take to start, in turns.</summary>
internal sealed class StartupTimes
{
    private const string Hello = "hello world";
    private const string Loop = "console with HttpClient";
    private const string Version = "mcp-sse --version";
    private const string Check = "mcp-sse check FILE";
    private const string Listen = "mcp-sse listen URL, to the first event";
    private const string EmbeddedLoop = "HttpClient, Main to the answer's head";
    private const string Embedded = "McpSseActors, Main to Connected";

    /// <summary>The beginning of the line in which a program says how long it took.</summary>
    private const string Milliseconds = "ms ";

    private readonly Turns<string, double> _turns = new([Hello, Loop, Version, Check, Listen, EmbeddedLoop, Embedded]);

    public Sheet Sheet => new("Start, in ms", ["program", "time", "x hello world"], [.. _turns.Clients.Select(Row)]);

    public IReadOnlyList<Target> Targets =>
    [
        Judge(Version, must: 60, aim: 50),
        Judge(Check, must: 85, aim: 70),
        Judge(Listen, must: 300, aim: 220),
        Judge(Embedded, must: 250, aim: 180),
    ];

    public async Task MeasureAsync(StartupPrograms programs, ServerProcess server, int rounds, CancellationToken ending)
    {
        var events = server.Address($"/paced?rate=1000&events=1000000").ToString();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "[mcp_sse]\nenable = true\nserver_url = \"https://example.com/events\"\n", ending);
        try
        {
            var measures = new Dictionary<string, Func<Task<double>>>
            {
                [Hello] = () => UntilEndAsync(StartupPrograms.Others, "hello"),
                [Loop] = () => UntilEndAsync(StartupPrograms.Others, "loop", events),
                [Version] = () => UntilEndAsync(programs.Tool, "--version"),
                [Check] = () => UntilEndAsync(programs.Tool, "check", file),
                [Listen] = () => UntilLineAsync(programs.Tool, "listen", events, "--transport", "sse", "--json"),
                [EmbeddedLoop] = () => ByItselfAsync("loop", events),
                [Embedded] = () => ByItselfAsync("host", events),
            };
            foreach (var measure in measures.Values)
                await measure();
            await _turns.TakeAsync("startup", rounds, program =>
            {
                ending.ThrowIfCancellationRequested();
                return measures[program]();
            });
        }
        finally
        {
            File.Delete(file);
        }
    }

    private string[] Row(string program) =>
    [
        program,
        _turns.Of(program, time => time).Text(Numbers.Whole),
        program is EmbeddedLoop or Embedded ? "" : _turns.Ratio(program, Hello, time => time).Text(Numbers.Hundredths),
    ];

    private Target Judge(string program, double must, double aim) => new(program, _turns.Of(program, time => time), must, aim, time => $"{Numbers.Whole(time)} ms");

    private static async Task<double> UntilEndAsync(string program, params string[] arguments)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Start(program, arguments);
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0 ? time : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static async Task<double> UntilLineAsync(string program, params string[] arguments)
    {
        var time = 0.0;
        var start = Stopwatch.GetTimestamp();
        await FirstLineAsync(program, arguments, _ =>
        {
            time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return true;
        });
        return time;
    }

    // How it ends doesn't count.
    private static async Task<string> FirstLineAsync(string program, string[] arguments, Predicate<string> isWanted)
    {
        using var process = Start(program, arguments);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!isWanted(line))
                continue;
            process.Kill();
            await process.WaitForExitAsync();
            return line;
        }

        throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not print what it should.");
    }

    private static async Task<double> ByItselfAsync(params string[] arguments)
    {
        var line = await FirstLineAsync(StartupPrograms.Others, arguments, line => line.StartsWith(Milliseconds, StringComparison.Ordinal));
        return double.Parse(line[Milliseconds.Length..], CultureInfo.InvariantCulture);
    }

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
