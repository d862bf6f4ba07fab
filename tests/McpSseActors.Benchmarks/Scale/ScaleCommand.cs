using System.CommandLine;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Commands;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Runs;

namespace McpSseActors.Benchmarks.Scale;

/// <summary><c>scale</c>: memory, latency, reconnects, many streams and cores.</summary>
internal static class ScaleCommand
{
    private static readonly Option<DirectoryInfo?> Output = new("--output")
    {
        Description = "Also write a Markdown fragment, and the pictures, to this folder.",
        HelpName = "DIR",
        Recursive = true,
    };

    private static readonly Option<string[]> Corpora = new("--corpus")
    {
        Description = "What is sent; may be named several times.",
        DefaultValueFactory = _ => [Catalogue.Small.Name, Catalogue.Large.Name],
    };

    private static readonly Option<int> Rounds = Number("--rounds", "How often the clients take turns; ratios are taken within a round.", 5);
    private static readonly Option<int> Rate = Number("--rate", "Events per second.", 10_000);
    private static readonly Option<int> Reconnects = Number("--reconnects", "How many reconnects of each client are timed in each round.", 1500);
    private static readonly Option<int?> Seconds = Number<int?>("--seconds", "How long each client is measured: latency 10, idle 20, many 30.", null);

    private static readonly Option<int> ManyStreams = Number("--many-streams", "How many streams have an event now and then.", 1000);
    private static readonly Option<int> StreamRate = Number("--stream-rate", "Events per second of each of the many streams.", 10);
    private static readonly Option<int> BusyStreams = Number("--busy-streams", "How many streams are busy at once.", 100);
    private static readonly Option<int> Events = Number("--events", "How many events all busy streams have together.", 3_000_000);

    private static readonly Option<int[]> Streams = new("--streams")
    {
        Description = "How many streams are idle; may be named several times.",
        HelpName = "N",
        DefaultValueFactory = _ => [1, 100, 1000, 5000],
    };

    private static readonly Measurement[] Measurements =
    [
        new("memory", "How much memory grows while a handler blocks, or is slow. About 2 minutes.", [Corpora],
            parsed => new MemoryRun([.. parsed.GetValue(Corpora)!.Select(name => Catalogue.Find(name)!)])),
        new("latency", "How long an event takes from the server to the handler. About 3 minutes.", [Rounds, Rate, Seconds],
            parsed => new LatencyRun(parsed.GetValue(Rounds), parsed.GetValue(Rate), parsed.GetValue(Seconds) ?? 10)),
        new("reconnect", "How long it takes from a cut to the first event of the next connection. About 3 minutes.", [Rounds, Reconnects],
            parsed => new ReconnectRun(parsed.GetValue(Rounds), parsed.GetValue(Reconnects))),
        new("idle", "What streams cost on which nothing happens. About 4 minutes.", [Streams, Seconds],
            parsed => new IdleRun(parsed.GetValue(Streams)!, parsed.GetValue(Seconds) ?? 20)),
        new("many", "What streams cost that each have an event now and then; with --seconds 120 their recent events are complete. About 7 minutes.",
            [Rounds, ManyStreams, StreamRate, Seconds],
            parsed => new ManyRun(parsed.GetValue(Rounds), parsed.GetValue(ManyStreams), parsed.GetValue(StreamRate), parsed.GetValue(Seconds) ?? 30)),
        new("busy", "How much many streams bring at once. About 2 minutes.", [Rounds, BusyStreams, Events],
            parsed => new BusyRun(parsed.GetValue(Rounds), parsed.GetValue(BusyStreams), parsed.GetValue(Events))),
        new("cores", "How throughput grows from one core to two. About 10 minutes.", [Rounds, Events],
            parsed => new CoresRun(parsed.GetValue(Rounds), parsed.GetValue(Events))),
    ];

    public static Command Create()
    {
        Corpora.AcceptOnlyFromAmong([.. Catalogue.Plain.Select(corpus => corpus.Name)]);
        var scale = new Command("scale", """
            Measures what grows with time, with the number of streams and with the cores: memory, latency, reconnects,
            throughput. Each measured client runs in its own process, the server in another, all on this machine; so leave it alone meanwhile. Ctrl-C
            ends early.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- scale all --output results
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- scale memory --corpus small
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- scale idle --streams 1000 --seconds 5
            """)
        {
            Output,
            Create("all", "All of these, one after the other.", Measurements),
            ClientCommand.Create(),
        };
        foreach (var measurement in Measurements)
            scale.Add(Create(measurement.Name, measurement.Description, [measurement]));
        return scale;
    }

    private static Command Create(string name, string description, Measurement[] measurements)
    {
        var command = new Command(name, description);
        foreach (var option in measurements.SelectMany(each => each.Options).Distinct())
            command.Add(option);
        command.SetAction((parsed, ending) => RunAsync([.. measurements.Select(each => each.Run(parsed))], parsed.GetValue(Output), ending));
        return command;
    }

    private static async Task<int> RunAsync(IScaleRun[] runs, DirectoryInfo? output, CancellationToken ending)
    {
        try
        {
            await using var server = await ServerProcess.StartAsync();
            foreach (var run in runs)
            {
                var report = await run.RunAsync(server, ending);
                report.Print();
                if (output is not null)
                    report.Write(output);
            }

            return ExitCodes.Measured;
        }
        catch (InvalidOperationException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("ended early");
            return ExitCodes.Failed;
        }
    }

    private static Option<T> Number<T>(string name, string description, T usual)
    {
        var option = new Option<T>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<T>() is <= 0)
                result.AddError($"{name}: write a number above 0.");
        });
        return option;
    }

    private sealed record Measurement(string Name, string Description, Option[] Options, Func<ParseResult, IScaleRun> Run);
}
