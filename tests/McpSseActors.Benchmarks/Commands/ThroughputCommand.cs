using System.CommandLine;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.TestSupport.Processes;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Commands;

/// <summary><c>throughput</c>: how many events a second, from the socket to the handlers.</summary>
internal static class ThroughputCommand
{
    public static Command Create()
    {
        var command = new Command("throughput", """
            Sends events at full speed from a second process to one client after the other, and measures from the connecting to the handling of the last
            event. The clients take turns, in another order each round, and each ratio is to the baseline in the same round: what disturbs the machine
            disturbs all. Every client hashes what its handlers see, and the hash must be that of what was sent; otherwise the run fails.

              streams    the default: streams of several kinds, plain and of MCP
              types      1, 12 and 1,000 types of events, with a handler actor for each
              fanout     1, 10 and 100 handlers, each of all events
              logging    with enable_event_logging and without it, which is the baseline

              bare       HttpClient and SseParser, data as strings: the baseline of event streams
              span       the same with the parser's callback on bytes
              actors     this library, a handler actor for each of the types
              delegate   this library, one delegate for all types
              batch      this library, one batch handler
              raw        HttpClient alone, read and discard (its bytes are counted, not hashed)
              sdk        the MCP C# SDK with a notification handler that reads the payload: the baseline of MCP
              mcp        this library over Streamable HTTP, a handler actor of payloads
              mcp-batch  the same with one batch handler

            The columns are medians over the rounds; cores are those that the client's process kept busy, without the server's.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- throughput
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- throughput --quick --corpus small
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- throughput types
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- throughput --corpus mcp --rounds 9 --output docs
            """);
        var set = new Argument<string>("set") { Description = "What is compared.", DefaultValueFactory = _ => ComparisonSets.Streams };
        set.AcceptOnlyFromAmong([.. ComparisonSets.All.Keys]);
        command.Add(set);
        var corpora = Some("--corpus", "Only these comparisons, of any set.", ComparisonSets.Each.Select(comparison => comparison.Name));
        var clients = Some("--client", "Only these clients, and the baseline.",
            ComparisonSets.Each.SelectMany(comparison => comparison.Clients).Select(client => client.Name).Distinct());
        var rounds = new Option<int>("--rounds") { Description = "How many rounds are measured, besides one that warms up.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long each client reads in a round, about.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var quick = new Option<bool>("--quick") { Description = "Two rounds of a quarter of a second: a look, and no result." };
        var output = new Option<DirectoryInfo?>("--output") { Description = "Also write throughput.md and a plot to this directory.", HelpName = "DIR" };
        rounds.Must(value => value is > 0 and <= 1000, "write a number from 1 to 1000");
        seconds.Must(value => value is > 0 and <= 60, "write a number above 0, up to 60");
        foreach (var option in (Option[])[corpora, clients, rounds, seconds, quick, output])
            command.Add(option);
        command.SetAction((parsed, ending) => RunAsync(
            parsed.GetValue(set)!,
            Chosen(parsed.GetValue(set)!, parsed.GetValue(corpora)!, parsed.GetValue(clients)!),
            parsed.GetValue(quick) ? new Effort(2, 0.25) : new Effort(parsed.GetValue(rounds), parsed.GetValue(seconds)),
            parsed.GetValue(output),
            ending));
        return command;
    }

    private static Option<string[]> Some(string name, string description, IEnumerable<string> names)
    {
        var option = new Option<string[]>(name) { Description = description, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        return option.AcceptOnlyFromAmong([.. names]);
    }

    private static Comparison[] Chosen(string set, string[] corpora, string[] clients) =>
    [
        .. (corpora.Length == 0 ? ComparisonSets.All[set] : ComparisonSets.Each.Where(comparison => corpora.Contains(comparison.Name)))
            .Select(comparison => clients.Length == 0 ? comparison : comparison.Only(clients))
            .OfType<Comparison>(),
    ];

    private static async Task<int> RunAsync(string set, Comparison[] comparisons, Effort effort, DirectoryInfo? output, CancellationToken ending)
    {
        var results = new List<ComparisonResult>();
        try
        {
            await using var server = await ServerProcess.StartAsync();
            foreach (var comparison in comparisons.TakeWhile(_ => !ending.IsCancellationRequested))
            {
                var run = new ComparisonRun(comparison, server, effort.Seconds);
                var result = await AnsiConsole.Status().StartAsync(comparison.Name, status => run.RunAsync(
                    effort.Rounds, step => status.Status($"{comparison.Name}: {step}"), ending));
                if (result.Rounds.Count == 0)
                    break;
                result.ToSheet().Print();
                results.Add(result);
            }
        }
        catch (WrongContentException wrong)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]FAILED[/] {wrong.Message}");
            return ExitCodes.Failed;
        }

        AnsiConsole.WriteLine(Machine.Describe());
        if (output is not null && results.Count > 0)
            await ThroughputReport.WriteAsync(output, set, results);
        return ExitCodes.Measured;
    }

    private sealed record Effort(int Rounds, double Seconds);
}
