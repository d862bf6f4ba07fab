using System.CommandLine;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Commands;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.TestSupport.Processes;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Delivery;

/// <summary><c>delivery</c>: what at-least-once costs.</summary>
internal static class DeliveryCommand
{
    public static Command Create()
    {
        var command = new Command("delivery", """
            Measures what it costs to store positions: small events a second with each store, relative to the same handlers without one in the same
            round, and the processor time of saving 1,000 positions a second, apart from the messages that carry them. PostgreSQL takes part where
            tests/with-postgresql starts the command. Ends with exit code 1 if a figure is not what it must be.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- delivery
              tests/with-postgresql dotnet run -c Release --project tests/McpSseActors.Benchmarks -- delivery --rounds 9
            """);
        var rounds = new Option<int>("--rounds") { Description = "How many rounds are measured, besides one that warms up.", HelpName = "N", DefaultValueFactory = _ => 7 };
        var seconds = new Option<double>("--seconds") { Description = "How long each client reads in a round, about.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var only = new Option<string?>("--only") { Description = "Only this measurement: throughput, or the processor time of saving.", HelpName = "WHAT" };
        only.AcceptOnlyFromAmong("throughput", "saving");
        rounds.Must(value => value is > 0 and <= 1000, "write a number from 1 to 1000");
        seconds.Must(value => value is > 0 and <= 60, "write a number above 0, up to 60");
        command.Add(rounds);
        command.Add(seconds);
        command.Add(only);
        command.SetAction(async (parsed, ending) =>
        {
            var targets = new List<Target>();
            if (parsed.GetValue(only) is not "saving")
            {
                await using var server = await ServerProcess.StartAsync();
                targets.AddRange(await DeliveryTargets.MeasureThroughputAsync(server, parsed.GetValue(rounds), parsed.GetValue(seconds), ending));
            }

            if (parsed.GetValue(only) is not "throughput")
                targets.AddRange(await DeliveryTargets.MeasureSavingAsync(parsed.GetValue(rounds), parsed.GetValue(seconds), ending));
            Target.SheetOf(targets).Print();
            AnsiConsole.WriteLine(Machine.Describe());
            return targets.All(target => target.Holds) ? ExitCodes.Measured : ExitCodes.Failed;
        });
        return command;
    }
}
