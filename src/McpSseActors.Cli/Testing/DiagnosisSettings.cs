namespace McpSseActors.Cli.Testing;

/// <summary>What a diagnosis is to do.</summary>
/// <param name="Streams">The streams.</param>
/// <param name="Timeout">How long all of it may take.</param>
/// <param name="Listen">How long to listen for heartbeats.</param>
internal sealed record DiagnosisSettings(McpSseOptions Streams, TimeSpan Timeout, TimeSpan Listen)
{
    /// <summary>How many events have to arrive; null for one, or none from an MCP server, which only tells of changes.</summary>
    public int? Events { get; init; }

    /// <summary>Whether to look for an MCP server if the URL is not a plain event stream.</summary>
    public bool FindsTransport { get; init; }

    /// <summary>The file for the report; null for none.</summary>
    public string? Report { get; init; }
}
