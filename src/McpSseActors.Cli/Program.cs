using McpSseActors.Cli;
using McpSseActors.TestServer.Web;

using var interrupt = new Interrupt(TimeProvider.System);
return await CommandLine.InvokeAsync(args, CliEnvironment.OfProcess(), interrupt.Token).ConfigureAwait(false);
