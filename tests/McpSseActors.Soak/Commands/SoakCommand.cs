using System.CommandLine;
using System.Globalization;
using McpSseActors.Soak.Client;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Commands;

/// <summary><c>soak</c>: a client and a server that goes wrong, for a long time.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var command = new Command("soak", """
            Runs a host with one stream against a server in a second process, which does something wrong every so often: resets, cuts, bad answers,
            silence, refusals, replays, broken coding and more. Positions are stored in a file. Checks that every event is handled exactly once, also as
            the second process counts them, that the last position is stored, and that memory, sockets and actors do not grow. Memory is judged from 100
            seconds on.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Soak -- soak
              dotnet run -c Release --project tests/McpSseActors.Soak -- soak --minutes 480 --report soak.md
              dotnet run -c Release --project tests/McpSseActors.Soak -- soak --minutes 1 --rate 5000 --fault-every 500ms --seed 7
            """);
        var minutes = new Option<double>("--minutes") { Description = "How long.", HelpName = "M", DefaultValueFactory = _ => 20 }
            .Must(value => value is > 0 and < 1e5, "write a number above 0");
        var rate = Values.Rate();
        var faultEvery = Values.FaultEvery();
        var seed = Values.Seed();
        var report = new Option<FileInfo?>("--report") { Description = "Also write the results to this file, as Markdown.", HelpName = "FILE.md" };
        foreach (var option in (Option[])[minutes, rate, faultEvery, seed, report])
            command.Add(option);
        command.SetAction((parsed, ending) => RunAsync(
            new FaultServerSettings(parsed.GetValue(rate), parsed.GetValue(faultEvery), parsed.SeedOf(seed)),
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            parsed.GetValue(report),
            ending));
        return command;
    }

    private static async Task<int> RunAsync(FaultServerSettings settings, TimeSpan duration, FileInfo? report, CancellationToken ending)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"soak for {duration.TotalMinutes} minutes, {settings.Rate} events a second, a fault every {settings.FaultEvery.TotalSeconds} s, seed {settings.Seed}"));
        var result = await new SoakRun(settings, duration).RunAsync(ending);
        foreach (var sheet in result.Sheets)
            sheet.Print();
        if (report is not null)
            await File.WriteAllTextAsync(report.FullName, result.ToMarkdown(), CancellationToken.None);
        return result.Verdict.Holds ? ExitCodes.Held : ExitCodes.Broke;
    }
}
