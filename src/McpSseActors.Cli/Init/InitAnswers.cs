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

    /// <summary>Whether it is a subscription to MCP events.</summary>
    public bool IsSubscription => Transport == $"{StreamTransport.Events}";

    /// <summary>The stream, with a default for what was not said.</summary>
    public StreamOptions Stream
    {
        get
        {
            var stream = new StreamOptions { Enabled = true, ServerUrl = Url ?? "", Name = Name ?? "" };
            stream = stream with { Transport = StreamTransport.Parse(Transport ?? Guess(stream.ServerUrl)), MaxReconnectAttempts = Reconnects ?? stream.MaxReconnectAttempts };
            // One type of MCP event is subscribed to; of other streams, events are selected.
            return IsSubscription
                ? stream with { Event = new McpEventSubscription { Name = Events is [var only] ? only : "" } }
                : stream with { SubscribedEvents = Events ?? [] };
        }
    }

    /// <summary>The usual addresses of MCP servers end so; what they speak is found out at each start.</summary>
    public static string Guess(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Segments[^1].TrimEnd('/') is "mcp" or "sse" ? "auto" : "sse";
}
