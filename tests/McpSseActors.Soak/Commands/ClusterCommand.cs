using System.CommandLine;
using McpSseActors.Soak.Cluster;
using McpSseActors.Soak.Kills;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Commands;

/// <summary><c>cluster</c>: three nodes that fail in every way.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        var command = new Command("cluster", """
            Runs streams over a cluster of three nodes in separate processes, with positions in PostgreSQL, against a server that sends again what
            comes after the last event ID. Kills a node, lets one leave, freezes one, adds one, restarts all one after the other. Checks outside of
            the nodes that every event was handled, in order, and measures how long streams were silent and what was repeated.

            Examples:
              tests/with-postgresql dotnet run -c Release --project tests/McpSseActors.Soak -- cluster
              tests/with-postgresql dotnet run -c Release --project tests/McpSseActors.Soak -- cluster --rounds 10 --kinds kill --streams 1000 --rate 1
            """);
        var streams = new Option<int>("--streams") { Description = "How many streams.", HelpName = "N", DefaultValueFactory = _ => 300 }.Must(value => value is > 0 and <= 10_000, "write a number from 1 to 10000");
        var rate = new Option<double>("--rate") { Description = "Events per second of each stream.", HelpName = "R", DefaultValueFactory = _ => 20 }.Must(value => value is > 0 and <= 1000, "write a number above 0, up to 1000");
        var rounds = new Option<int>("--rounds") { Description = "How many rounds, of one kind after the other.", HelpName = "N", DefaultValueFactory = _ => ClusterRun.Kinds.Length };
        var kinds = new Option<string[]>("--kinds") { Description = $"What happens: {string.Join(", ", ClusterRun.Kinds)}; {ClusterRun.Partition}, with tests/with-network-namespaces.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ClusterRun.Kinds };
        kinds.AcceptOnlyFromAmong([.. ClusterRun.Kinds, ClusterRun.Partition]);
        var freeze = new Option<int>("--freeze") { Description = "How many seconds a node is frozen.", HelpName = "S", DefaultValueFactory = _ => 40 };
        var seed = Values.Seed();
        foreach (var option in (Option[])[streams, rate, rounds, kinds, freeze, seed])
            command.Add(option);
        command.SetAction(async (parsed, ending) =>
        {
            if (Environment.GetEnvironmentVariable(KillRun.Variable) is not { } store)
            {
                await Console.Error.WriteLineAsync($"{KillRun.Variable} names no server: start the command with tests/with-postgresql.");
                return ExitCodes.Broke;
            }

            if (parsed.GetValue(kinds)!.Contains(ClusterRun.Partition) && !new ClusterNetwork().CanPart)
            {
                await Console.Error.WriteLineAsync($"--kinds {ClusterRun.Partition} needs network namespaces: start the command with tests/with-network-namespaces.");
                return ExitCodes.Broke;
            }

            var run = new ClusterRun(
                parsed.GetValue(streams), parsed.GetValue(rate), parsed.GetValue(rounds), parsed.GetValue(kinds)!,
                    TimeSpan.FromSeconds(parsed.GetValue(freeze)), store, parsed.SeedOf(seed));
            var verdict = await run.RunAsync(ending);
            verdict.ToSheet().Print();
            return verdict.Holds ? ExitCodes.Held : ExitCodes.Broke;
        });
        return command;
    }

    /// <summary><c>node</c>: one node.</summary>
    public static Command CreateNode()
    {
        var command = new Command("node", "Runs one node alone, as cluster does in a second process, until SIGTERM or the end of its standard input.");
        var host = new Option<string>("--host") { Description = "The address of the node.", Required = true };
        var home = new Option<string>("--home") { Description = "The address of server and ledger.", Required = true };
        var port = new Option<int>("--port") { Description = "The port of the node.", Required = true };
        var seeds = new Option<string>("--seeds") { Description = "The addresses and ports of the nodes that it joins.", Required = true };
        var server = new Option<int>("--server") { Description = "The port of the server.", Required = true };
        var ledger = new Option<int>("--ledger") { Description = "The port that is told of each event handled.", Required = true };
        var streams = new Option<int>("--streams") { Description = "How many streams.", Required = true };
        var store = new Option<string>("--store") { Description = "A connection string of PostgreSQL.", Required = true };
        foreach (var option in (Option[])[host, port, seeds, home, server, ledger, streams, store])
            command.Add(option);
        command.SetAction(async (parsed, ending) =>
        {
            await ClusterHost.RunAsync(
                parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(seeds)!.Split(','), parsed.GetValue(home)!, parsed.GetValue(server),
                    parsed.GetValue(ledger), parsed.GetValue(streams), parsed.GetValue(store)!, ending);
            return ExitCodes.Held;
        });
        return command;
    }
}
