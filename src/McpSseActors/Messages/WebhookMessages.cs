namespace McpSseActors;

/// <summary>
/// What an MCP server has posted to the webhook of a subscription, as a web server received it. <c>McpSseActors.Webhooks</c> makes it of requests of
/// ASP.NET Core; for another web server, make it yourself.
/// </summary>
/// <param name="Route">The last segment of the path, which follows <see cref="McpEventSubscription.WebhookUrl"/>.</param>
/// <param name="Body">The body, byte for byte as it was sent. At most 256 KiB of it are read, and nothing if the route is unknown.</param>
public sealed record McpWebhookDelivery(string Route, Stream Body)
{
    /// <summary>Gets the header <c>webhook-id</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>Gets the header <c>webhook-timestamp</c>.</summary>
    public string Timestamp { get; init; } = "";

    /// <summary>Gets the header <c>webhook-signature</c>.</summary>
    public string Signature { get; init; } = "";

    /// <summary>Gets the header <c>X-MCP-Subscription-Id</c>.</summary>
    public string SubscriptionId { get; init; } = "";

    /// <summary>Describes it, without its body and its signature.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"delivery to {Route}";
}

/// <summary>The answer to a delivery, for the web server to send.</summary>
/// <param name="Status">The HTTP status: 200 if the event is handled; otherwise the reason is <see cref="Refusal"/>.</param>
public sealed record McpWebhookReply(int Status)
{
    /// <summary>Gets the body, JSON; empty for none.</summary>
    public string Body { get; init; } = "";

    /// <summary>Gets when the server should try again, for the header <c>Retry-After</c>; null if it is not asked to.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets why it was refused: one of <see cref="WebhookRefusals"/>; null if it was accepted.</summary>
    public string? Refusal { get; init; }
}

/// <summary>Why a delivery to a webhook was refused: the keys of <see cref="McpStatus.RefusedDeliveries"/>.</summary>
public static class WebhookRefusals
{
    /// <summary>No stream of this host has this route, or not yet (503).</summary>
    public const string Unknown = "unknown";

    /// <summary>The stream is not connected at the moment (503).</summary>
    public const string NotReady = "not_ready";

    /// <summary>The stream has ended its subscription (410).</summary>
    public const string Ended = "ended";

    /// <summary>Too many deliveries wait to be handled (503).</summary>
    public const string Busy = "busy";

    /// <summary>The body is longer than 256 KiB, or than <see cref="StreamOptions.MaxEventSize"/> (413).</summary>
    public const string TooLarge = "too_large";

    /// <summary>The body did not arrive in time (408).</summary>
    public const string TooSlow = "too_slow";

    /// <summary>The signature is missing or wrong (401).</summary>
    public const string Signature = "signature";

    /// <summary>The signature is right, but more than 5 minutes old or ahead: the clocks differ, or somebody repeats it (401).</summary>
    public const string Timestamp = "timestamp";

    /// <summary>It is for another subscription (401).</summary>
    public const string Subscription = "subscription";

    /// <summary>The body is not an event of the subscription (400).</summary>
    public const string Malformed = "malformed";

    /// <summary>The handlers did not finish the event in time; it is still handled (503).</summary>
    public const string Unhandled = "unhandled";
}
