using System.Collections.Immutable;

namespace McpSseActors.Cli.Init;

/// <summary>What is known of the stream to be written down; null where nothing was said.</summary>
internal sealed record InitAnswers
{
    public string? Url { get; init; }

    public string? Transport { get; init; }

    public string? Name { get; init; }

    public int? Reconnects { get; init; }

    public ImmutableArray<string>? Events { get; init; }

    /// <summary>The stream, with a default for what was not said.</summary>
    public StreamOptions Stream
    {
        get
        {
            var stream = new StreamOptions { Enabled = true, ServerUrl = Url ?? "", Name = Name ?? "", SubscribedEvents = Events ?? [] };
            return stream with { Transport = StreamTransport.Parse(Transport ?? Guess(stream.ServerUrl)), MaxReconnectAttempts = Reconnects ?? stream.MaxReconnectAttempts };
        }
    }

    /// <summary>The usual addresses of MCP servers end so; what they speak is found out at each start.</summary>
    public static string Guess(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Segments[^1].TrimEnd('/') is "mcp" or "sse" ? "auto" : "sse";
}
