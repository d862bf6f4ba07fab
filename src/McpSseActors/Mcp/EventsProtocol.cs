using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpSseActors.Mcp;

/// <summary>What an error means for an event subscription.</summary>
internal enum EventsError
{
    /// <summary>It may go away.</summary>
    Transient,

    /// <summary>The server refuses the arguments, or the cursor.</summary>
    InvalidParams,

    /// <summary>The event type doesn't exist.</summary>
    NotFound,

    /// <summary>The caller has no access.</summary>
    Forbidden,

    /// <summary>The server takes no more subscriptions.</summary>
    ResourceExhausted,

    /// <summary>The event type does not offer this, or has changed.</summary>
    Unsupported,

    /// <summary>The server can't reach the webhook, or gets no proper answer from it.</summary>
    CallbackEndpoint,

    /// <summary>The server has no events.</summary>
    NoEvents,

    /// <summary>The server does not take requests of this client.</summary>
    Negotiation,
}

/// <summary>
/// Everything of MCP Events that may still change: names, error codes, and limits. The extension is in beta (SEP-3415).
/// </summary>
internal static class EventsProtocol
{
    /// <summary>The capability of servers and clients, among the extensions.</summary>
    public const string Extension = "io.modelcontextprotocol/events";

    /// <summary>The capability of servers that implement the design before the SEP.</summary>
    public const string SketchCapability = "events";

    public const string List = "events/list";
    public const string Stream = "events/stream";
    public const string Poll = "events/poll";
    public const string Subscribe = "events/subscribe";
    public const string Unsubscribe = "events/unsubscribe";

    public const string Active = "notifications/events/active";
    public const string Event = "notifications/events/event";
    public const string Heartbeat = "notifications/events/heartbeat";
    public const string Error = "notifications/events/error";
    public const string Terminated = "notifications/events/terminated";
    public const string ListChanged = "notifications/events/list_changed";

    // What a server posts to a webhook besides events, as its type says.
    public const string Verification = "verification";
    public const string Gap = "gap";
    public const string Termination = "terminated";

    /// <summary>The wish to be told of changed event types, in a request to listen and its acknowledgement.</summary>
    public const string ListChangedFilter = "eventsListChanged";

    /// <summary>The most bytes that a server may post to a webhook.</summary>
    public const int LongestWebhookBody = 256 * 1024;

    public const int MostPages = 100;
    public const int MostTypes = 10_000;

    /// <summary>How often in a row a poll follows at once because the server has more.</summary>
    public const int MostPollsAtOnce = 100;

    /// <summary>Of a poll whose answer was too long.</summary>
    public const int FewerEvents = 100;

    public static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan ShortestPollInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan UsualPollInterval = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestPollInterval = TimeSpan.FromHours(1);

    /// <summary>How long a subscription to a webhook is to last if it is not renewed; the server has the last word.</summary>
    public static readonly TimeSpan WebhookLifetime = TimeSpan.FromHours(1);

    /// <summary>A server waits about 5 s for the answer to a delivery.</summary>
    public static readonly TimeSpan WebhookPatience = TimeSpan.FromSeconds(4);
    public static readonly TimeSpan WebhookBodyLimit = TimeSpan.FromSeconds(10);

    private const string Capabilities = "io.modelcontextprotocol/clientCapabilities";

    // Unique also over restarts of the process: a server that tells streams apart by their number alone must not mix them up.
    private static long _lastId = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;

    /// <summary>Gets an ID that no request has had.</summary>
    public static long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>The metadata of a request; every request declares that the client supports events.</summary>
    public static JsonObject Meta()
    {
        var meta = McpProtocol.Meta();
        meta[Capabilities] = new JsonObject { ["extensions"] = new JsonObject { [Extension] = new JsonObject() } };
        return meta;
    }

    /// <summary>Finds what a server declares.</summary>
    /// <param name="capabilities">Its capabilities.</param>
    /// <param name="wanted">The dialect to look for.</param>
    /// <returns>The declaration; null if it declares no events.</returns>
    public static EventsCapability? Find(JsonElement capabilities, McpEventDialect wanted)
    {
        if (capabilities.ValueKind is not JsonValueKind.Object)
            return null;
        var extension = capabilities.TryGetProperty("extensions", out var extensions) ? Settings(extensions, Extension) : null;
        var sketch = wanted is McpEventDialect.Sep ? null : Settings(capabilities, SketchCapability);
        if ((extension ?? sketch) is not { } settings)
            return null;
        var dialect = wanted is McpEventDialect.Auto ? extension is null ? McpEventDialect.Sketch : McpEventDialect.Sep : wanted;
        return new EventsCapability(dialect, settings.TryGetProperty("listChanged", out var changes) && changes.ValueKind is JsonValueKind.True);
    }

    /// <summary>Gets what an error means. The codes of the sketch count if the server speaks it, or the data of the error agrees.</summary>
    public static EventsError Classify(RpcException error, McpEventDialect dialect)
    {
        var byData = ByData(error.Details);
        var isSketch = dialect is McpEventDialect.Sketch;
        return (int)error.Code switch
        {
            -32023 => EventsError.NotFound,
            -32024 => EventsError.Forbidden,
            -32025 => EventsError.ResourceExhausted,
            -32026 => EventsError.Unsupported,
            -32027 => EventsError.CallbackEndpoint,
            -32011 when isSketch || byData is EventsError.NotFound => EventsError.NotFound,
            -32012 when isSketch => EventsError.Forbidden,
            -32013 when isSketch || byData is EventsError.ResourceExhausted => EventsError.ResourceExhausted,
            -32014 when isSketch || byData is EventsError.Unsupported => EventsError.Unsupported,
            -32015 when isSketch => EventsError.CallbackEndpoint,
            -32602 => byData ?? EventsError.InvalidParams,
            -32601 => EventsError.NoEvents,
            -32020 or -32021 or -32022 => EventsError.Negotiation,
            _ => EventsError.Transient,
        };
    }

    // Anything but an object declares nothing.
    private static JsonElement? Settings(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var settings) && settings.ValueKind is JsonValueKind.Object
            ? settings : null;

    private static EventsError? ByData(JsonElement data) => data.ValueKind is not JsonValueKind.Object ? null
        : data.TryGetProperty("kind", out _) ? EventsError.NotFound
        : data.TryGetProperty("feature", out _) ? EventsError.Unsupported
        : data.TryGetProperty("limit", out _) ? EventsError.ResourceExhausted
        : null;
}

/// <summary>What a server declares.</summary>
/// <param name="Dialect">The dialect.</param>
/// <param name="TellsChanges">Whether it tells when its event types change.</param>
internal sealed record EventsCapability(McpEventDialect Dialect, bool TellsChanges);

/// <summary>The server refused a subscription, or ended it.</summary>
/// <param name="kind">What that means.</param>
/// <param name="message">Its words.</param>
internal sealed class EventsRefusal(EventsError kind, string message) : Exception(message)
{
    public EventsError Kind => kind;

    /// <summary>Gets whether the event type has changed, so that the subscription must be made again.</summary>
    public bool IsSchemaChange { get; private init; }

    /// <summary>Gets the code of the error; null if the server gave none.</summary>
    public int? Code { get; private init; }

    /// <summary>Gets whether a running subscription was ended for good.</summary>
    public bool IsTermination { get; init; }

    public static EventsRefusal Of(RpcException error, EventsCapability? capability, bool isTermination = false)
    {
        var kind = EventsProtocol.Classify(error, capability?.Dialect ?? McpEventDialect.Auto);
        return new EventsRefusal(kind, error.Message)
        {
            IsSchemaChange = kind is EventsError.Unsupported && McpProtocol.Text(error.Details, "reason") == "schema_changed",
            Code = (int)error.Code,
            IsTermination = isTermination,
        };
    }
}
