using System.CommandLine;
using McpSseActors.Soak.Commands;
using McpSseActors.TestServer.Web;

var root = new RootCommand("""
    Runs by hand what takes too long for the tests: hours of faults on a real connection, and millions of malformed inputs.
    Each command ends with a verdict; the exit code is 0 only if everything held. Ctrl-C ends early, with the results so far.
    """)
{
    SoakCommand.Create(),
    FuzzCommand.Create(),
    KillCommand.Create(),
    ClusterCommand.Create(),
    ServeCommand.Create(),
    KillCommand.CreateHandle(),
    ClusterCommand.CreateNode(),
};

using var interrupt = new Interrupt(TimeProvider.System);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, interrupt.Token);
