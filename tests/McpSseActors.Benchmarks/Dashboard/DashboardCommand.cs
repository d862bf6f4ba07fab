using System.CommandLine;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Commands;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.TestSupport.Processes;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Dashboard;

/// <summary><c>dashboard</c>: what an open page takes from the throughput, and how fast it answers meanwhile.</summary>
internal static class DashboardCommand
{
    private static readonly bool[] Turns = [false, true, true, false, true, false, false, true];

    public static Command Create()
    {
        var command = new Command("dashboard", """
            Reads a stream at full speed in a web service with a dashboard, in short turns without and with a page that shows the stream and its events, and
            that is clicked on three times a second. Each turn with a page is compared with the turn without one beside it, on the same connection. The page
            runs in the same process, so what it reads counts against it.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- dashboard
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- dashboard --rounds 50 --seconds 1
            """);
        var rounds = new Option<int>("--rounds") { Description = "How many rounds of four pairs are measured, besides one that warms up.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var seconds = new Option<double>("--seconds") { Description = "How long each turn takes.", HelpName = "S", DefaultValueFactory = _ => 1 };
        rounds.Must(value => value is > 0 and <= 1000, "write a number from 1 to 1000");
        seconds.Must(value => value is > 0 and <= 60, "write a number above 0, up to 60");
        command.Add(rounds);
        command.Add(seconds);
        command.SetAction((parsed, ending) => RunAsync(parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), ending));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, TimeSpan length, CancellationToken ending)
    {
        await using var server = await ServerProcess.StartAsync();
        await using var host = await WatchedHost.StartAsync();
        var address = server.Address($"/events?corpus={Catalogue.Small.Name}&events={Corpus.MostEvents}");
        var (ratios, rates) = (new PairedRatios(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            AnsiConsole.WriteLine(round == 0 ? "warming up" : $"round {round} of {rounds}");
            await host.ReadAsync(address, ending);
            foreach (var pair in Turns.Chunk(2))
            {
                var first = await host.MeasureAsync(pair[0], length, ending);
                var second = await host.MeasureAsync(pair[1], length, ending);
                // The stream may have come to its end.
                if (round == 0 || first == 0 || second == 0)
                    continue;
                ratios.Add(pair[0] ? first / second : second / first);
                rates.Add(pair[0] ? second : first);
            }

            if (round > 0)
                continue;
            if (host is { Clicks: [var click, ..], Answers: [var answer, ..] })
                AnsiConsole.WriteLine(FormattableString.Invariant(
                    $"first click on a new host: {click.TotalMilliseconds:0.0} ms; the streams, asked again: {answer.TotalMilliseconds:0.0} ms"));
            host.ForgetClicks();
        }

        if (ratios.Count == 0)
            return ExitCodes.Failed;
        var (from, to) = ratios.Interval;
        rates.Sort();
        AnsiConsole.WriteLine(FormattableString.Invariant($"batches, page open: {ratios.Median:0.000} × without a page ({from:0.000}-{to:0.000} with 95 % certainty, {ratios.Count} pairs), which is {rates[rates.Count / 2] / 1e6:0.00} M events/s"));
        Print("clicks", host.Clicks);
        Print("of them the streams", host.Answers);
        AnsiConsole.WriteLine(Machine.Describe());
        return ExitCodes.Measured;
    }

    private static void Print(string title, List<TimeSpan> times)
    {
        var sorted = times.Select(each => each.TotalMilliseconds).Order().ToArray();
        if (sorted.Length > 0)
            AnsiConsole.WriteLine(FormattableString.Invariant($"{title}: {sorted.Length}, median {sorted[sorted.Length / 2]:0.0} ms, 99 % {sorted[sorted.Length * 99 / 100]:0.0} ms, worst {sorted[^1]:0.0} ms"));
    }
}
