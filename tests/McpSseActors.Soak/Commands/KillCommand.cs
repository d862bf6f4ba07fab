using System.CommandLine;
using McpSseActors.Soak.Kills;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Commands;

/// <summary><c>kill</c>: a client that is killed again and again.</summary>
internal static class KillCommand
{
    public static Command Create()
    {
        var command = new Command("kill", """
            Runs a host with a stream for each kind of handler in a second process, against a server that sends again what comes after the last
            event ID. Kills the process at random moments and starts it again. Checks in this process that every event was handled, in order, and
            that repeats are marked as far as the positions tell.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Soak -- kill --kills 20
              dotnet run -c Release --project tests/McpSseActors.Soak -- kill --kills 100 --events 100000 --store sqlite
              dotnet run -c Release --project tests/McpSseActors.Soak -- kill --kills 20 --events 5000 --rate 400 --store sqlite --in-transactions
              dotnet run -c Release --project tests/McpSseActors.Soak -- kill --kills 20 --mcp-events push
              tests/with-postgresql dotnet run -c Release --project tests/McpSseActors.Soak -- kill --kills 20 --store postgresql
            """);
        var kills = new Option<int>("--kills") { Description = "How often.", HelpName = "N", DefaultValueFactory = _ => 20 }.Must(value => value > 0, "write a number above 0");
        var events = new Option<int>("--events") { Description = "How many events, over all streams.", HelpName = "N", DefaultValueFactory = _ => 100_000 }
            .Must(value => value >= KillRun.Streams, $"write at least {KillRun.Streams}");
        var rate = new Option<double?>("--rate") { Description = "Events per second. Default: 1000; with --mcp-events, as many as last for all kills.", HelpName = "R" }.Must(value => value is null or > 0 and <= 100_000, "write a number above 0, up to 100000");
        var store = new Option<string>("--store") { Description = "file, sqlite, or postgresql: the server that the variable POSTGRESQL names, as with-postgresql sets it.", HelpName = "STORE", DefaultValueFactory = _ => "file" };
        store.AcceptOnlyFromAmong("file", "sqlite", "postgresql");
        var inTransactions = InTransactions();
        var persist = Persist();
        var mcpEvents = McpEvents();
        var seed = Values.Seed();
        foreach (var option in (Option[])[kills, events, rate, store, inTransactions, persist, mcpEvents, seed])
            command.Add(option);
        command.SetAction(async (parsed, ending) =>
        {
            if (parsed.GetValue(store) is "postgresql" && Environment.GetEnvironmentVariable(KillRun.Variable) is null)
            {
                await Console.Error.WriteLineAsync($"{KillRun.Variable} names no server: start the command with tests/with-postgresql.");
                return ExitCodes.Broke;
            }

            if (parsed.GetValue(inTransactions) && parsed.GetValue(store) is "file")
            {
                await Console.Error.WriteLineAsync("A file has no transactions: name another --store.");
                return ExitCodes.Broke;
            }

            // The first position is stored before the first event, which a handler's transaction can't do.
            if (parsed.GetValue(inTransactions) && ModeOf(parsed, mcpEvents) is not null)
            {
                await Console.Error.WriteLineAsync("--in-transactions and --mcp-events cannot be combined.");
                return ExitCodes.Broke;
            }

            var run = new KillRun(
                parsed.GetValue(kills), parsed.GetValue(events), parsed.GetValue(rate) ?? DefaultRate(parsed, kills, events, mcpEvents),
                parsed.GetValue(store)!, parsed.GetValue(inTransactions), parsed.GetValue(persist),
                ModeOf(parsed, mcpEvents), parsed.SeedOf(seed));
            var verdict = await run.RunAsync(ending);
            verdict.ToSheet().Print();
            return verdict.Holds ? ExitCodes.Held : ExitCodes.Broke;
        });
        return command;
    }

    // MCP events come whether a process runs or not. One that is killed runs for 3 s at most.
    private static double DefaultRate(ParseResult parsed, Option<int> kills, Option<int> events, Option<string> mcpEvents) =>
        ModeOf(parsed, mcpEvents) is null ? 1000 : parsed.GetValue(events) / (3.0 * (parsed.GetValue(kills) + 1));

    /// <summary><c>handle</c>: the process that is killed.</summary>
    public static Command CreateHandle()
    {
        var command = new Command("handle", "Runs the host alone, as kill does in a second process, until the end of its standard input.");
        var server = new Option<int>("--server") { Description = "The port of the server.", Required = true };
        var ledger = new Option<int>("--ledger") { Description = "The port that is told of each event handled.", Required = true };
        var store = new Option<string>("--store") { Description = "file:PATH, sqlite:PATH, or a connection string of PostgreSQL.", Required = true };
        command.Add(server);
        command.Add(ledger);
        command.Add(store);
        var inTransactions = InTransactions();
        command.Add(inTransactions);
        var persist = Persist();
        command.Add(persist);
        var mcpEvents = McpEvents();
        command.Add(mcpEvents);
        command.SetAction(async parsed =>
        {
            await HandlingHost.RunAsync(
                parsed.GetValue(server), parsed.GetValue(ledger), Store.Parse(parsed.GetValue(store)!), parsed.GetValue(inTransactions),
                parsed.GetValue(persist),
                ModeOf(parsed, mcpEvents));
            return ExitCodes.Held;
        });
        return command;
    }

    private static Option<string> McpEvents()
    {
        var option = new Option<string>("--mcp-events") { Description = "push or poll: the streams are subscriptions to MCP events.", HelpName = "MODE", DefaultValueFactory = _ => "none" };
        return option.AcceptOnlyFromAmong("none", "push", "poll");
    }

    private static McpEventMode? ModeOf(ParseResult parsed, Option<string> option) => Enum.TryParse<McpEventMode>(parsed.GetValue(option), ignoreCase: true, out var mode) ? mode : null;

    private static Option<bool> Persist() => new("--persist") { Description = "The streams are added at run time and stored: the first process adds them, and the others find them." };

    private static Option<bool> InTransactions() => new("--in-transactions") { Description = "The handlers store events and positions in transactions of the database." };
}
