using System.CommandLine;
using McpSseActors.Soak.Fuzz;
using McpSseActors.Soak.Support;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Commands;

/// <summary><c>fuzz</c>: malformed inputs by the million.</summary>
internal static class FuzzCommand
{
    public static Command Create()
    {
        var command = new Command("fuzz", """
            Feeds the decoder with random and spoilt streams, cut anywhere, and the HTTP transport with random and spoilt answers from a real socket.
            Checks that nothing throws, hangs or grows, that the events do not depend on the cuts, and for a share of them that they are what the
            standard says. Input i is made from the seed plus i: what fails is printed with the command that repeats it alone. The outcomes of the
            answers are listed by their first words; a NOTE is one that nobody should have to read in a log.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Soak -- fuzz
              dotnet run -c Release --project tests/McpSseActors.Soak -- fuzz --decoder 0 --http 5000
              dotnet run -c Release --project tests/McpSseActors.Soak -- fuzz --decoder 1 --http 0 --seed 12345
            """);
        var decoder = Count("--decoder", "How many streams for the decoder.", 10_000_000);
        var http = Count("--http", "How many HTTP answers for the transport.", 200_000);
        var seed = Values.Seed();
        command.Add(decoder);
        command.Add(http);
        command.Add(seed);
        command.SetAction((parsed, ending) => RunAsync(parsed.SeedOf(seed), parsed.GetValue(decoder), parsed.GetValue(http), ending));
        return command;
    }

    private static Option<long> Count(string name, string description, long usual) => new Option<long>(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
    }.Must(count => count >= 0, "write 0 or more");

    private static async Task<int> RunAsync(ulong seed, long decoder, long http, CancellationToken ending)
    {
        Console.WriteLine($"fuzz with seed {seed}");
        using var mishaps = new Mishaps();
        var failures = new Failures();
        var runs = new List<FuzzRun>();
        foreach (var fuzz in (IFuzz[])[new DecoderFuzz(seed, decoder, failures), new HttpFuzz(seed, http, failures)])
        {
            if (fuzz.Total == 0 || ending.IsCancellationRequested)
                continue;
            runs.Add(new FuzzRun(fuzz));
            await runs[^1].RunAsync(ending);
        }

        foreach (var run in runs)
            run.ToSheet().Print();
        foreach (var failure in failures.First)
            Console.WriteLine($"FAILED  {failure.Command}\n  {failure.Reason}\n  base64: {failure.Base64}");
        foreach (var mishap in mishaps.First)
            Console.WriteLine($"FAILED  {mishap}");
        var verdict = new Verdict([
            new Check("no input failed", failures.Count == 0, $"{failures.Count} failed"),
            new Check("no exception unobserved", mishaps.Count == 0, $"{mishaps.Count}"),
            .. runs.SelectMany(run => run.Checks()),
        ]);
        verdict.ToSheet().Print();
        return verdict.Holds ? ExitCodes.Held : ExitCodes.Broke;
    }
}
