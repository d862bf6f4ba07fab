using System.CommandLine;

namespace McpSseActors.Cli.Commands;

/// <summary>Finds and reads the configuration file.</summary>
internal static class ConfigFile
{
    private static readonly string[] Usual = [Path.Combine("config", "bot_config.toml"), "mcp-sse.toml"];

    /// <summary>The file that <c>init</c> writes by default.</summary>
    public static string Default => Usual[^1];

    public static Option<string?> Option() => new("--config", "-c")
    {
        Description = $"The TOML file. Default: {string.Join(", then ", Usual)}.",
        HelpName = "FILE",
    };

    /// <summary>Finds the file, as the user would write its path.</summary>
    /// <exception cref="CliException">It does not exist.</exception>
    public static string Find(string? given, CliEnvironment environment)
    {
        var found = given is null
            ? Usual.FirstOrDefault(path => File.Exists(Absolute(path, environment)))
            : Exists(given, environment) ? given : null;
        return found ?? throw new CliException(ExitCodes.Usage, given is null
            ? $"neither {string.Join(" nor ", Usual)} exists here; create one with 'mcp-sse init', or specify yours: FILE or --config FILE."
            : $"the file {given} does not exist; check the path (FILE or --config FILE).{UrlHint(given)}");
    }

    // A directory exists as well; reading it says that it is one.
    private static bool Exists(string path, CliEnvironment environment) => Path.Exists(Absolute(path, environment));

    // The argument may be meant as a server (localhost:8080/events), or be a URL for a command that takes files only.
    private static string UrlHint(string given) => given switch
    {
        _ when given.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) => "",
        _ when given.Contains("://", StringComparison.Ordinal) => " For a URL, use 'mcp-sse listen', 'watch', 'test' or 'record'.",
        _ => $" For a server, write an absolute URL, as {(given.Contains(':', StringComparison.Ordinal) ? $"http://{given}" : "http://localhost:8080/events")}.",
    };

    /// <summary>Reads the file. A pipe without a writer must not keep the command from ending.</summary>
    /// <exception cref="McpSseConfigurationException">It is faulty.</exception>
    public static Task<McpSseOptions> LoadAsync(string path, CommandContext context, bool reload = false) =>
        Task.Run(() => TomlConfiguration.Load(Absolute(path, context.Environment), reload), CancellationToken.None).WaitAsync(context.Ending);

    /// <summary>The path as the process can use it.</summary>
    public static string Absolute(string path, CliEnvironment environment) =>
        environment.Directory == Environment.CurrentDirectory ? path : Path.Combine(environment.Directory, path);
}
