using System.CommandLine;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.Benchmarks.Throughput.Clients;
using McpSseActors.TestSupport.Processes;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Commands;

/// <summary><c>dashboard</c>: what an open page takes from the throughput, and how fast it answers meanwhile.</summary>
internal static class DashboardCommand
{
    public static Command Create()
    {
        var command = new Command("dashboard", """
            Reads a stream at full speed in a web service with a dashboard, in turns without and with a page that shows the stream and its events, and that
            is clicked on five times a second. The ratio is to the turn without a page in the same round. The page runs in the same process, so what it reads
            counts against it.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- dashboard
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- dashboard --rounds 15 --seconds 5
            """);
        var rounds = new Option<int>("--rounds") { Description = "How many rounds are measured, besides one that warms up.", HelpName = "N", DefaultValueFactory = _ => 9 };
        var seconds = new Option<double>("--seconds") { Description = "How long each turn takes, about.", HelpName = "S", DefaultValueFactory = _ => 3 };
        rounds.Must(value => value is > 0 and <= 1000, "write a number from 1 to 1000");
        seconds.Must(value => value is > 0 and <= 60, "write a number above 0, up to 60");
        command.Add(rounds);
        command.Add(seconds);
        command.SetAction((parsed, ending) => RunAsync(parsed.GetValue(rounds), parsed.GetValue(seconds), ending));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, double seconds, CancellationToken ending)
    {
        var watched = new WebHandlers(isWatched: true);
        var comparison = new Comparison(Catalogue.Small, new WebHandlers(isWatched: false), [watched], Comparison.EventsOf(Catalogue.Small));
        try
        {
            await using var server = await ServerProcess.StartAsync();
            var result = await new ComparisonRun(comparison, server, seconds).RunAsync(rounds, step => AnsiConsole.WriteLine(step), ending);
            if (result.Rounds.Count == 0)
                return ExitCodes.Measured;
            result.ToSheet().Print();
        }
        catch (WrongContentException wrong)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]FAILED[/] {wrong.Message}");
            return ExitCodes.Failed;
        }

        var clicks = watched.Clicks.Select(click => click.TotalMilliseconds).Order().ToArray();
        AnsiConsole.WriteLine(FormattableString.Invariant($"{clicks.Length} clicks: median {clicks[clicks.Length / 2]:0.0} ms, 99 % {clicks[clicks.Length * 99 / 100]:0.0} ms, worst {clicks[^1]:0.0} ms"));
        AnsiConsole.WriteLine(Machine.Describe());
        return ExitCodes.Measured;
    }
}
