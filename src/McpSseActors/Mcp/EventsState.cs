using McpSseActors.Configuration;

namespace McpSseActors.Mcp;

/// <summary>
/// What a stream knows of its event subscription over all attempts. Attempts follow one another, and requests for the types come from any thread.
/// </summary>
internal sealed class EventsState
{
    private (string Url, McpEventDialect Dialect)? _server;
    private (string Name, string Arguments)? _subscription;
    private string _principal = "";

    /// <summary>Gets or sets what the server declares; null until it is known.</summary>
    public EventsCapability? Capability { get; set; }

    /// <summary>Gets or sets the server's name and version.</summary>
    public string Server { get; set; } = "";

    /// <summary>Gets or sets the session with a server of an earlier revision; null for the current one.</summary>
    public McpSession? Session { get; set; }

    /// <summary>Gets the revision that is spoken.</summary>
    public string Version => Session?.Version ?? McpProtocol.Modern;

    /// <summary>Gets or sets the types that the server offers; null until they are known, or if they may have changed.</summary>
    public IReadOnlyList<McpEventType>? Types { get; set; }

    /// <summary>Gets or sets whether the server declares that it tells changes, and then doesn't.</summary>
    public bool MayMissChanges { get; set; }

    /// <summary>Gets or sets whether the subscription was confirmed before.</summary>
    public bool WasActive { get; set; }

    /// <summary>Gets or sets whether the server ever gave a cursor.</summary>
    public bool HasCursor { get; set; }

    /// <summary>Gets or sets when the last sign of life of the subscription came.</summary>
    public DateTimeOffset? LastSign { get; set; }

    /// <summary>Gets or sets where the server posts events to; null without a webhook.</summary>
    public WebhookRoute? Webhook { get; set; }

    /// <summary>Starts an attempt.</summary>
    /// <returns>Whether a position of earlier attempts belongs to another subscription, or another principal.</returns>
    public bool Begin(StreamOptions options)
    {
        var (server, current) = ((options.ServerUrl, options.Event.Dialect), (options.Event.Name, options.Event.Arguments));
        if (_server is { } asked && asked != server)
            Forget();
        var principal = Principal.Of(options);
        var isOther = (_subscription is { } before && before != current) || !Principal.MayBe(_principal, principal);
        (_server, _subscription) = (server, current);
        if (principal.Length > 0)
            _principal = principal;
        if (isOther)
            (WasActive, HasCursor, LastSign) = (false, false, null);
        if (MayMissChanges)
            Types = null;
        return isOther;
    }

    /// <summary>Forgets what the server declared.</summary>
    public void Forget() => (Capability, Types, Session) = (null, null, null);
}
