using System.Collections.Immutable;

namespace McpSseActors.Cli.Output;

/// <summary>How an event is printed.</summary>
internal enum EventFormat
{
    /// <summary>A line for people.</summary>
    Pretty,

    /// <summary>A JSON object on one line.</summary>
    Json,

    /// <summary>The data as it came, and a line end.</summary>
    Raw,
}

/// <summary>Which events are printed, how, where, and for how long.</summary>
internal sealed record TailSettings
{
    /// <summary>The types; empty for all.</summary>
    public ImmutableArray<EventPattern> Filters { get; init; } = [];

    /// <summary>The time before which nothing counts.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The ID of the event behind which the stream begins; empty for none.</summary>
    public string SinceId { get; init; } = "";

    /// <summary>Whether no event is printed at all.</summary>
    public bool WithoutEvents { get; init; }

    /// <summary>How many events are enough.</summary>
    public int? Count { get; init; }

    /// <summary>How long it takes at most.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How events are printed.</summary>
    public EventFormat Format { get; init; }

    /// <summary>Whether state changes and statistics go where the events go, also in JSON.</summary>
    public bool All { get; init; }

    /// <summary>The file for the events; null is standard output.</summary>
    public string? Output { get; init; }

    /// <summary>What happens to a file that is there.</summary>
    public Existing Existing { get; init; }

    /// <summary>The streams as they begin behind <see cref="SinceId"/>.</summary>
    /// <exception cref="CliException">The ID cannot be meant for them.</exception>
    public McpSseOptions Begin(McpSseOptions options)
    {
        if (SinceId.Length == 0)
            return options;
        if (options.Streams.Where(stream => stream.Enabled).ToList() is not [var only])
            throw new CliException(ExitCodes.Usage, "--since-id: an ID belongs to one stream; enable only one, or set initial_last_event_id in the file.");
        if (only.Transport != StreamTransport.Sse && only.Transport != StreamTransport.Events)
            throw new CliException(ExitCodes.Usage, $"--since-id: only a plain event stream or MCP events can start after an event; this one has transport {only.Transport}.");
        return options with { Streams = options.Streams.Replace(only, only with { InitialLastEventId = SinceId }) };
    }

    /// <summary>Whether an event is to be printed.</summary>
    public bool IsWanted(McpEvent received) =>
        !WithoutEvents
        && (Filters.IsEmpty || Filters.Any(pattern => pattern.Matches(received.EventType)))
        && (Since is not { } since || EventTime.Of(received) >= since);
}
