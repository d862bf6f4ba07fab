using System.CommandLine;
using McpSseActors.Benchmarks.Commands;
using McpSseActors.Benchmarks.Dashboard;
using McpSseActors.Benchmarks.Delivery;
using McpSseActors.Benchmarks.Micro;
using McpSseActors.Benchmarks.Scale;
using McpSseActors.Benchmarks.Startup;
using McpSseActors.Benchmarks.Targets;
using McpSseActors.TestServer.Web;

var root = new RootCommand("""
    Measures this library against what people write by hand and against other clients, in the same run and in turns, so that ratios
    hold on a noisy machine. Everything runs on 127.0.0.1.
    """)
{
    ThroughputCommand.Create(),
    ScaleCommand.Create(),
    MicroCommand.Create(),
    DeliveryCommand.Create(),
    DashboardCommand.Create(),
    StartupCommand.Create(),
    TargetsCommand.Create(),
    ServeCommand.Create(),
};

using var interrupt = new Interrupt(TimeProvider.System);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, interrupt.Token);
