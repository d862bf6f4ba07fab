using System.CommandLine;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Commands;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.TestSupport.Processes;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Startup;

/// <summary><c>startup</c>: how long the tool and a host take to start.</summary>
internal static class StartupCommand
{
    public static Command Create()
    {
        var command = new Command("startup", """
            Times the start of the tool, which it publishes with machine code as its packages have it, and of a host with one stream, in turns with a
            hello world and a program with an HttpClient. A time is from the start of the process to its end, or to the first event; those from Main
            are measured by the program itself.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- startup
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- startup --tool ~/.dotnet/tools/mcp-sse
            """);
        var rounds = new Option<int>("--rounds") { Description = "How often each program is started.", HelpName = "N", DefaultValueFactory = _ => 11 };
        var tool = new Option<FileInfo>("--tool") { Description = "A tool that exists, and need not be published.", HelpName = "FILE" };
        rounds.Must(value => value is > 0 and <= 1000, "write a number from 1 to 1000");
        command.Add(rounds);
        command.Add(tool.AcceptExistingOnly());
        command.SetAction((parsed, ending) => RunAsync(parsed.GetValue(rounds), parsed.GetValue(tool), ending));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, FileInfo? tool, CancellationToken ending)
    {
        var times = new StartupTimes();
        await using var server = await ServerProcess.StartAsync();
        using var programs = await StartupPrograms.FindAsync(tool, ending);
        await times.MeasureAsync(programs, server, rounds, ending);
        times.Sheet.Print();
        Target.SheetOf(times.Targets).Print();
        AnsiConsole.WriteLine(Machine.Describe());
        return times.Targets.All(target => target.Holds) ? ExitCodes.Measured : ExitCodes.Failed;
    }
}
