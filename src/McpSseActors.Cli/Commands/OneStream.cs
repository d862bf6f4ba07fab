using McpSseActors.Cli.Init;

namespace McpSseActors.Cli.Commands;

/// <summary>A stream that the command line describes.</summary>
internal static class OneStream
{
    // No server has a type of this name.
    private const string NoEvent = "?";

    // What the URL itself decides, or what concerns the servers of a file.
    private static readonly string[] OfFiles = [ConfigText.Variable("server_url"), ConfigText.Variable("enable"), ConfigText.Variable("name")];
    private static readonly string Transport = ConfigText.Variable("transport");
    private static readonly string Event = ConfigText.Variable("event__");
    private static readonly string Servers = ConfigText.Variable("servers__");

    /// <summary>A stream of a URL, with the variables that concern every stream.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="transport">Its transport; null leaves it to a variable, and then to the default.</param>
    /// <param name="defaultTransport">The transport by default.</param>
    /// <param name="isEndless">Whether it reconnects without end, unless a variable sets a limit.</param>
    /// <param name="environment">Where the variables are.</param>
    /// <exception cref="McpSseConfigurationException">A variable is faulty.</exception>
    public static McpSseOptions Of(string url, string? transport, string defaultTransport, bool isEndless, CliEnvironment environment)
    {
        var defaults = new StreamOptions();
        var fromVariable = environment.Variables.FirstOrDefault(variable => IsTransport(variable.Key)).Value;
        var isSubscription = (transport ?? fromVariable ?? defaultTransport) == $"{StreamTransport.Events}";
        var options = TomlConfiguration.Parse(
            $"""
            [mcp_sse]
            enable = true
            server_url = "http://localhost/"
            transport = "{transport ?? defaultTransport}"
            {(transport is "events" ? $"event.name = \"{NoEvent}\"" : "")}
            enable_event_logging = false
            user_agent = "{defaults.UserAgent}"
            max_reconnect_attempts = {(isEndless ? -1 : defaults.MaxReconnectAttempts)}
            """,
            "command line",
            environment.Variables.Where(variable => !IsOfFiles(variable.Key) && !IsOverridden(variable.Key)).ToDictionary());
        return options with { Streams = [options.Streams.Single() with { ServerUrl = url, Name = "" }] };

        bool IsOverridden(string variable) =>
            (transport is not null && IsTransport(variable)) || (!isSubscription && variable.StartsWith(Event, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The same stream, under the name that it has everywhere.</summary>
    /// <exception cref="McpSseConfigurationException">It is faulty.</exception>
    public static StreamOptions Checked(this StreamOptions stream) => stream.Event.Name is NoEvent
        ? throw new CliException(ExitCodes.Usage, "--transport events: name the type of event with --event NAME; 'mcp-sse events URL' lists them.")
        : stream.Validate() is { IsEmpty: false } faults
        ? throw new McpSseConfigurationException([.. faults.Select(fault => fault with { Source = "command line" })])
        : stream with { Name = stream.EffectiveName };

    /// <summary>A URL that was given.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="name">What it was given to.</param>
    /// <param name="example">What would be right.</param>
    /// <exception cref="CliException">It is not an absolute URL.</exception>
    public static Uri Url(string text, string name, string example) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new CliException(ExitCodes.Usage, $"{name} {text}: write an absolute URL, as {example}.");

    private static bool IsTransport(string variable) => Transport.Equals(variable, StringComparison.OrdinalIgnoreCase);

    private static bool IsOfFiles(string variable) =>
        variable.StartsWith(Servers, StringComparison.OrdinalIgnoreCase) || OfFiles.Contains(variable, StringComparer.OrdinalIgnoreCase);
}
