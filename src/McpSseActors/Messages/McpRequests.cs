using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// Asks for updates of more resources, from now on and after every reconnect. Reply: <see cref="McpSubscriptionState"/>, when the server has answered, or
/// at once while the stream is not connected. A failure, <see cref="InvalidOperationException"/>, when the stream is no MCP stream.
/// </summary>
/// <param name="Uris">The resources.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record SubscribeResources(ImmutableArray<string> Uris, string? Stream = null) : IStreamRequest;

/// <summary>Asks for no more updates of these resources. Reply: as for <see cref="SubscribeResources"/>.</summary>
/// <param name="Uris">The resources.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record UnsubscribeResources(ImmutableArray<string> Uris, string? Stream = null) : IStreamRequest;

/// <summary>Asks for exactly this, in place of what was asked for before. Reply: as for <see cref="SubscribeResources"/>.</summary>
/// <param name="Subscriptions">All that is wanted.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record SetMcpSubscriptions(McpSubscriptions Subscriptions, string? Stream = null) : IStreamRequest;

/// <summary>Asks what an MCP server was asked for, and what it agreed to. Reply: as for <see cref="SubscribeResources"/>, at once.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record GetMcpSubscriptions(string? Stream = null) : IStreamRequest;

/// <summary>What an MCP server was asked for, and what it agreed to.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Requested">What is wanted: sent again after every reconnect.</param>
/// <param name="Granted">What the server agreed to; empty while not connected.</param>
public sealed record McpSubscriptionState(string Stream, McpSubscriptions Requested, McpSubscriptions Granted) : IMcpSseMessage;

/// <summary>What is spoken with an MCP server; part of <see cref="StreamStats"/>.</summary>
public sealed record McpStatus
{
    /// <summary>The transport in use: <c>http-sse</c>, <c>streamable-http</c> or <c>subscriptions</c>; empty until it is known.</summary>
    public string Transport { get; init; } = "";

    /// <summary>Why it is this one.</summary>
    public string TransportReason { get; init; } = "";

    /// <summary>The revision of the protocol that was agreed on; empty until it is known.</summary>
    public string ProtocolVersion { get; init; } = "";

    /// <summary>The server's name and version, as it says; empty until it is known.</summary>
    public string Server { get; init; } = "";

    /// <summary>What is wanted.</summary>
    public McpSubscriptions Requested { get; init; } = new();

    /// <summary>What the server agreed to; empty while not connected.</summary>
    public McpSubscriptions Granted { get; init; } = new();

    /// <summary>How many sessions were begun; zero where there are none.</summary>
    public long Sessions { get; init; }

    /// <summary>How often something may have been missed, each with an <c>mcp.resync</c> event.</summary>
    public long Resyncs { get; init; }
}
