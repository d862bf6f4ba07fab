using System.Collections.Immutable;
using System.Text;

namespace McpSseActors;

/// <summary>
/// Subscribes to the updates of more resources, now and after every reconnect. Reply: <see cref="McpSubscriptionState"/> when the server has answered,
/// or at once while the stream is not connected. For a plain event stream, the reply is a failure: <see cref="InvalidOperationException"/>.
/// With <paramref name="Persist"/>, so it is if the host can't store streams, or a URI has user info, a query or a fragment, which may be secret; and
/// <see cref="PositionStoreException"/> if the store fails.
/// </summary>
/// <param name="Uris">The URIs of the resources.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
/// <param name="Persist">Whether the change is stored and made again after a restart. Needs durable delivery. Default: false.</param>
public sealed record AddMcpResources(ImmutableArray<string> Uris, string? Stream = null, bool Persist = false) : IStreamRequest;

/// <summary>Unsubscribes from the updates of resources. Reply: as for <see cref="AddMcpResources"/>.</summary>
/// <param name="Uris">The URIs of the resources.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
/// <param name="Persist">Whether the change is stored and made again after a restart. Needs durable delivery. Default: false.</param>
public sealed record RemoveMcpResources(ImmutableArray<string> Uris, string? Stream = null, bool Persist = false) : IStreamRequest;

/// <summary>Replaces all subscriptions. Reply: as for <see cref="AddMcpResources"/>.</summary>
/// <param name="Subscriptions">Everything to ask for.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
/// <param name="Persist">Whether the change is stored and made again after a restart. Needs durable delivery. Default: false.</param>
public sealed record SetMcpSubscriptions(McpSubscriptions Subscriptions, string? Stream = null, bool Persist = false) : IStreamRequest;

/// <summary>Gets what the stream asks an MCP server for, and what the server has granted. Reply: as for <see cref="AddMcpResources"/>, at once.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetMcpSubscriptions(string? Stream = null) : IStreamRequest;

/// <summary>What a stream asks an MCP server for, and what the server has granted.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Requested">What the stream asks for, again after every reconnect.</param>
/// <param name="Granted">What the server has granted; empty while not connected.</param>
public sealed record McpSubscriptionState(string Stream, McpSubscriptions Requested, McpSubscriptions Granted) : IMcpSseMessage;

/// <summary>The protocol in use with an MCP server; part of <see cref="StreamStats"/>.</summary>
public sealed record McpStatus
{
    /// <summary>Gets the transport in use: <c>http-sse</c>, <c>streamable-http</c>, <c>subscriptions</c> or <c>events</c>; empty until it is known.</summary>
    public string Transport { get; init; } = "";

    /// <summary>Gets why this transport is in use.</summary>
    public string TransportReason { get; init; } = "";

    /// <summary>Gets the revision of the protocol that client and server agreed on; empty until it is known.</summary>
    public string ProtocolVersion { get; init; } = "";

    /// <summary>Gets the server's name and version, as it reports them; empty until it is known.</summary>
    public string Server { get; init; } = "";

    /// <summary>Gets what the stream asks for.</summary>
    public McpSubscriptions Requested { get; init; } = new();

    /// <summary>Gets what the server has granted; empty while not connected.</summary>
    public McpSubscriptions Granted { get; init; } = new();

    /// <summary>Gets the number of sessions opened; zero for a transport without sessions.</summary>
    public long Sessions { get; init; }

    /// <summary>Gets how often notifications may have been missed; each time, the stream delivers an <c>mcp.resync</c> event.</summary>
    public long Resyncs { get; init; }

    /// <summary>Gets how often events of the subscription may have been missed; each time, the stream delivers an <c>mcp.gap</c> event.</summary>
    public long Gaps { get; init; }

    /// <summary>Gets the number of events whose data did not fit the server's schema, and that were delivered; zero without <c>event.check_payloads</c>.</summary>
    public long SchemaFaults { get; init; }

    /// <summary>Gets how many deliveries to the webhook of the stream were refused, by reason: the constants of <see cref="WebhookRefusals"/>.</summary>
    public ImmutableSortedDictionary<string, long> RefusedDeliveries { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    private bool PrintMembers(StringBuilder text)
    {
        text.AppendJoin(", ", typeof(McpStatus).GetProperties().Select(property => $"{property.Name} = {StreamStats.Shown(property.GetValue(this))}"));
        return true;
    }
}
