using System.Collections.Immutable;
using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>A whole configuration: the streams, and the level of the console log.</summary>
public sealed record McpSseOptions
{
    /// <summary>Gets the streams, with unique names.</summary>
    /// <value>Default: none.</value>
    public ImmutableArray<StreamOptions> Streams { get; init; } = [];

    /// <summary>Gets the least severe level that reaches the console.</summary>
    /// <value>Default: <see cref="ConsoleLogLevel.Info"/>.</value>
    public ConsoleLogLevel ConsoleLogLevel { get; init; } = ConsoleLogLevel.Info;

    /// <summary>Gets what is promised about delivery.</summary>
    /// <value>Default: at most once.</value>
    public DeliveryOptions Delivery { get; init; } = new();

    /// <summary>The file whose changes are to be followed; null for none.</summary>
    internal TomlSource? Source { get; init; }
}

/// <summary>The levels of <c>[log] console_log_level</c>.</summary>
public enum ConsoleLogLevel
{
    /// <summary>Everything, event data included.</summary>
    Debug,

    /// <summary>Connection life and event types.</summary>
    Info,

    /// <summary>What an operator should look at.</summary>
    Warning,

    /// <summary>What failed.</summary>
    Error,

    /// <summary>What ended the program.</summary>
    Critical,
}
