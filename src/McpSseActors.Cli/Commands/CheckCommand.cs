namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse check</c>: validates a configuration.</summary>
internal static class CheckCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "check",
            "Checks a configuration. Prints each fault on one line with its position and remedy, or a summary of the streams.",
            "mcp-sse check",
            "mcp-sse check my.toml",
            "mcp-sse check --config my.toml --json");
        var target = Target.File();
        target.AddTo(command);
        command.SetWork(globals, environment, (parsed, context) => CheckAsync(target.FileOf(parsed.CommandResult), context));
        return command;
    }

    private static async Task<int> CheckAsync(string? given, CommandContext context)
    {
        var path = ConfigFile.Find(given, context.Environment);
        try
        {
            var options = await ConfigFile.LoadAsync(path, context).ConfigureAwait(false);
            foreach (var stream in options.Streams)
                context.Reporter.Stream(stream);
            context.Reporter.Note($"{path} is valid: {options.Streams.Length} stream(s), {options.Streams.Count(stream => stream.Enabled)} enabled.");
            return ExitCodes.Ok;
        }
        catch (McpSseConfigurationException faulty)
        {
            foreach (var fault in faulty.Faults)
                context.Reporter.Fault(fault);
            return ExitCodes.Usage;
        }
    }
}
