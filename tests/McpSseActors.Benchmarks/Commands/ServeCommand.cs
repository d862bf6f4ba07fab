using System.CommandLine;
using McpSseActors.Benchmarks.Server;

namespace McpSseActors.Benchmarks.Commands;

/// <summary><c>serve</c>: the server of the benchmarks, in a separate process, so that its work is not counted for the clients.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", """
            Runs the server alone, as the benchmarks do in a second process. It prints its port and ends with the end of its standard input.

              /events?corpus=small&events=N   all events at full speed, then a clean end; Last-Event-ID is honoured.
                                              With &first=M the first M events are left out; with &after=S they come S seconds behind
                                              the answer's head
              /paced?rate=R&events=N          one event at a time, R in a second, each with the time of its sending
              /many?crowd=NAME&streams=N&rate=R&events=E
                                              N streams of that name, which begin when all are there: E events each, R in a second
              /idle?comment-every=S           nothing but a comment every S seconds; 0 is never
              /drop?events=K&how=rst          K events, and the connection is cut, with RST or FIN; the next answer goes on after them.
                                              With &after=S it is cut S seconds after the events; their data is the time of the client's cut
                                              before. With &turns=NAME&clients=C&client=I the C clients of that name are cut in turns
              /sent                           how many bytes were sent until now, to all clients together
              /mcp?corpus=mcp&events=N        an MCP server (Streamable HTTP) that notifies N times at full speed
            """)
        {
            Hidden = true,
        };
        command.SetAction(RunAsync);
        return command;
    }

    // Ctrl-C goes to both processes. This one leaves it to its parent, which closes the input when it is done.
    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using var server = new BenchmarkServer();
        Console.WriteLine(server.Port);
        while (await Task.Run(Console.In.ReadLine) is not null)
        {
        }

        return ExitCodes.Measured;
    }
}
