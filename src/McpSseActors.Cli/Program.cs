using McpSseActors.Cli;

using var interrupt = new Interrupt();
return await CommandLine.InvokeAsync(args, CliEnvironment.OfProcess(), interrupt.Token).ConfigureAwait(false);
