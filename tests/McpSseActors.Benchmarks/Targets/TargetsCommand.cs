using System.CommandLine;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Commands;
using McpSseActors.Benchmarks.Delivery;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Startup;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.TestSupport.Reporting;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Targets;

/// <summary><c>targets</c>: whether every figure is what it must be.</summary>
internal static class TargetsCommand
{
    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "A few short rounds of everything, in about 6 minutes: a look, and no result." };
        var output = new Option<DirectoryInfo?>("--output") { Description = "Also write targets.md to this directory.", HelpName = "DIR" };
        var command = new Command("targets", """
            Measures what has a target, in about 25 minutes, and says of each figure what it must be, what is aimed at and what it is. Ends with exit code 1
            if one is not what it must be. Leave the machine alone meanwhile. The other commands tell more of each figure.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- targets
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- targets --quick
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- targets --output results
            """)
        {
            quick,
            output,
        };
        command.SetAction((parsed, ending) => RunAsync(parsed.GetValue(quick) ? Effort.Quick : Effort.Full, parsed.GetValue(output), ending));
        return command;
    }

    private static async Task<int> RunAsync(Effort effort, DirectoryInfo? output, CancellationToken ending)
    {
        try
        {
            var targets = await MeasureAsync(effort, ending);
            var sheet = Target.SheetOf(targets);
            sheet.Print();
            AnsiConsole.WriteLine(Machine.Describe());
            if (output is not null)
                Write(output, sheet);
            return targets.All(target => target.Holds) ? ExitCodes.Measured : ExitCodes.Failed;
        }
        catch (Exception failed) when (failed is InvalidOperationException or WrongContentException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return ExitCodes.Failed;
        }
    }

    private static async Task<IReadOnlyList<Target>> MeasureAsync(Effort effort, CancellationToken ending)
    {
        using var programs = await StartupPrograms.FindAsync(tool: null, ending);
        await using var server = await ServerProcess.StartAsync();
        var targets = new List<Target>();
        targets.AddRange(await ThroughputTargets.MeasureAsync(server, effort, ending));
        targets.AddRange(await DeliveryTargets.MeasureThroughputAsync(server, effort.Rounds, effort.Seconds, ending));
        targets.AddRange(await DeliveryTargets.MeasureSavingAsync(effort.Rounds, effort.Seconds, ending));
        targets.AddRange(DecoderTargets.Measure());
        targets.AddRange(await MeasureStartAsync(programs, server, effort.Starts, ending));
        foreach (var run in effort.ScaleRuns)
            targets.AddRange((await run.RunAsync(server, ending)).Targets);
        return targets;
    }

    private static async Task<IReadOnlyList<Target>> MeasureStartAsync(StartupPrograms programs, ServerProcess server, int rounds, CancellationToken ending)
    {
        var times = new StartupTimes();
        await times.MeasureAsync(programs, server, rounds, ending);
        return times.Targets;
    }

    private static void Write(DirectoryInfo directory, Sheet sheet)
    {
        directory.Create();
        File.WriteAllText(Path.Combine(directory.FullName, "targets.md"), $"Measured on {Machine.Describe()}.\n\n{sheet.ToMarkdown()}");
    }
}
