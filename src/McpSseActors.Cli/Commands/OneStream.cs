using McpSseActors.Cli.Init;

namespace McpSseActors.Cli.Commands;

/// <summary>A stream that the command line describes.</summary>
internal static class OneStream
{
    /// <summary>A stream of a URL.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="transport">Its transport.</param>
    /// <param name="authKey">The key; null for that of the environment.</param>
    public static StreamOptions Of(string url, string transport, string? authKey) => new()
    {
        Enabled = true,
        ServerUrl = url,
        Transport = StreamTransport.Parse(transport),
        AuthKey = authKey ?? Environment.GetEnvironmentVariable(ConfigText.Variable("auth_key")) ?? "",
        EnableEventLogging = false,
    };

    /// <summary>The same stream, under the name that it has everywhere.</summary>
    /// <exception cref="McpSseConfigurationException">It is faulty.</exception>
    public static StreamOptions Checked(this StreamOptions stream) => stream.Validate() is { IsEmpty: false } faults
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
}
