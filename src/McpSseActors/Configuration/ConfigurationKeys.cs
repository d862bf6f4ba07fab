using System.Collections.Immutable;

namespace McpSseActors.Configuration;

/// <summary>
/// The one table of keys: TOML, the environment, sections and options built in code are all read and checked by it. A test holds
/// it equal to <c>docs/configuration.md</c>.
/// </summary>
internal static class ConfigurationKeys
{
    public const string Section = "mcp_sse";
    public const string Servers = "servers";
    public const string Mcp = "mcp";
    public const string Event = "event";
    public const string Delivery = "delivery";
    public const string Log = "log";
    public const string LogLevel = "console_log_level";

    public static ImmutableArray<ConfigurationKey> All { get; } =
    [
        Key("enable", Kinds.Bool, o => o.Enabled, (o, v) => o with { Enabled = v }, KeyReach.Stream),
        Key("server_url", Kinds.Address("an absolute http or https URL without user info; required when enabled", Rules.ServerUrl),
            o => o.ServerUrl, (o, v) => o with { ServerUrl = v }),
        Key("auth_key", Kinds.Secret("visible ASCII, no spaces", Rules.AuthKey), o => o.AuthKey, (o, v) => o with { AuthKey = v }),
        Key("connection_timeout", Kinds.Seconds, o => o.ConnectionTimeout, (o, v) => o with { ConnectionTimeout = v }),
        Key("read_timeout", Kinds.Seconds, o => o.ReadTimeout, (o, v) => o with { ReadTimeout = v }),
        Key("enable_reconnect", Kinds.Bool, o => o.EnableReconnect, (o, v) => o with { EnableReconnect = v }, KeyReach.Retry),
        Key("max_reconnect_attempts", Kinds.Int(">= -1", v => v >= -1), o => o.MaxReconnectAttempts, (o, v) => o with { MaxReconnectAttempts = v }, KeyReach.Retry),
        Key("initial_reconnect_delay", Kinds.Seconds, o => o.InitialReconnectDelay, (o, v) => o with { InitialReconnectDelay = v }, KeyReach.Retry),
        Key("max_reconnect_delay", Kinds.Seconds, o => o.MaxReconnectDelay, (o, v) => o with { MaxReconnectDelay = v }, KeyReach.Retry),
        Key("reconnect_backoff_factor", Kinds.Float("> 1", v => v > 1), o => o.ReconnectBackoffFactor, (o, v) => o with { ReconnectBackoffFactor = v }, KeyReach.Retry),
        Key("event_buffer_size", Kinds.Int("> 0", v => v > 0), o => o.EventBufferSize, (o, v) => o with { EventBufferSize = v }, KeyReach.Stream),
        Key("enable_event_logging", Kinds.Bool, o => o.EnableEventLogging, (o, v) => o with { EnableEventLogging = v }, KeyReach.Stream),
        Key("subscribed_events", new ListKind<string>(Kinds.Text("an event type or pattern", Rules.EventPatternText)),
            o => o.SubscribedEvents, (o, v) => o with { SubscribedEvents = v }, KeyReach.Stream),
        Key("custom_headers", new HeadersKind(), o => o.CustomHeaders, (o, v) => o with { CustomHeaders = Merge(o.CustomHeaders, v) }),
        Key("user_agent", Kinds.Text("printable ASCII", v => Rules.HeaderText(v, "user agent")), o => o.UserAgent, (o, v) => o with { UserAgent = v }),
        Key("verify_ssl", Kinds.Bool, o => o.VerifySsl, (o, v) => o with { VerifySsl = v }),
        Key("ssl_cert_path", Kinds.Text("an existing file: .pfx or .p12 alone, PEM with ssl_key_path", Free),
            o => o.SslCertPath, (o, v) => o with { SslCertPath = v }),
        Key("ssl_key_path", Kinds.Text("an existing PEM file; needs ssl_cert_path", Free), o => o.SslKeyPath, (o, v) => o with { SslKeyPath = v }),
        Key("ssl_cert_password", Kinds.Secret("any", Free), o => o.SslCertPassword, (o, v) => o with { SslCertPassword = v }),
        Key("ssl_ca_path", Kinds.Text("an existing PEM file", Free), o => o.SslCaPath, (o, v) => o with { SslCaPath = v }),
        Key("proxy_url", Kinds.Address("an http, https, socks4, socks4a or socks5 URL, or none", Rules.ProxyUrl), o => o.ProxyUrl, (o, v) => o with { ProxyUrl = v }),
        Key("name", Kinds.Text("usable as an actor's name, at most 256 characters; each stream its own", Rules.Name), o => o.Name, (o, v) => o with { Name = v }),
        Key("transport", Kinds.Transport, o => o.Transport, (o, v) => o with { Transport = v }),
        Key("jitter", Kinds.Float("from 0 to 1", v => v is >= 0 and <= 1), o => o.Jitter, (o, v) => o with { Jitter = v }, KeyReach.Retry),
        Key("healthy_after", Kinds.Seconds, o => o.HealthyAfter, (o, v) => o with { HealthyAfter = v }, KeyReach.Retry),
        Key("max_event_size", Kinds.Int("from 1024 to 1073741824 (1 GiB)", v => v is >= 1024 and <= 1 << 30),
            o => o.MaxEventSize, (o, v) => o with { MaxEventSize = v }),
        Key("deliver_comments", Kinds.Bool, o => o.DeliverComments, (o, v) => o with { DeliverComments = v }),
        Key("initial_last_event_id", Kinds.Text("no line break, no NUL", Rules.LastEventId),
            o => o.InitialLastEventId, (o, v) => o with { InitialLastEventId = v }, KeyReach.Start),
        Key("http_method", Kinds.Text("capital letters; not HEAD, CONNECT, TRACE or OPTIONS", Rules.HttpMethod),
            o => o.HttpMethod, (o, v) => o with { HttpMethod = v }),
        Key("http_body", Kinds.Secret("only with a method other than GET", Free), o => o.HttpBody, (o, v) => o with { HttpBody = v }),
        Key("http_content_type", Kinds.Text("a media type", Rules.ContentType), o => o.HttpContentType, (o, v) => o with { HttpContentType = v }),
        Key("cookies", Kinds.Bool, o => o.Cookies, (o, v) => o with { Cookies = v }),
        Key("http_version", Kinds.Text("auto, 1.1 or 2", Rules.HttpVersion), o => o.HttpVersion, (o, v) => o with { HttpVersion = v }),
        Key("duplicates", Kinds.Word<DuplicateEvents>(), o => o.Duplicates, (o, v) => o with { Duplicates = v }, KeyReach.Stream),
        Key("mcp.log_level", Kinds.Text("debug, info, notice, warning, error, critical, alert, emergency, or empty", Rules.McpLogLevel),
            o => o.Mcp.LogLevel, (o, v) => o with { Mcp = o.Mcp with { LogLevel = v } }, KeyReach.Stream),
        Key("mcp.resources", new ListKind<string>(Kinds.Address("a URI", Rules.ResourceUri)),
            o => o.Mcp.Resources, (o, v) => o with { Mcp = o.Mcp with { Resources = v } }, KeyReach.Stream),
        Key("mcp.tools_changed", Kinds.Bool, o => o.Mcp.ToolsChanged, (o, v) => o with { Mcp = o.Mcp with { ToolsChanged = v } }, KeyReach.Stream),
        Key("mcp.prompts_changed", Kinds.Bool, o => o.Mcp.PromptsChanged, (o, v) => o with { Mcp = o.Mcp with { PromptsChanged = v } }, KeyReach.Stream),
        Key("mcp.resources_changed", Kinds.Bool, o => o.Mcp.ResourcesChanged, (o, v) => o with { Mcp = o.Mcp with { ResourcesChanged = v } }, KeyReach.Stream),
        Key("mcp.read_on_resync", Kinds.Bool, o => o.Mcp.ReadOnResync, (o, v) => o with { Mcp = o.Mcp with { ReadOnResync = v } }),
        Key("mcp.ping_interval", Kinds.SecondsOrNever, o => o.Mcp.PingInterval, (o, v) => o with { Mcp = o.Mcp with { PingInterval = v } }),
        Key("event.name", Kinds.Text("the name of an event type of an MCP server; required with the transport events", Rules.EventName),
            o => o.Event.Name, (o, v) => o with { Event = o.Event with { Name = v } }),
        Key("event.arguments", new JsonObjectKind(), o => o.Event.Arguments, (o, v) => o with { Event = o.Event with { Arguments = v } }),
        Key("event.mode", Kinds.Word<McpEventMode>(), o => o.Event.Mode, (o, v) => o with { Event = o.Event with { Mode = v } }),
        Key("event.webhook_url", Kinds.Text("an https URL, or an http URL of the loopback interface; required with the mode webhook", Rules.WebhookUrl),
            o => o.Event.WebhookUrl, (o, v) => o with { Event = o.Event with { WebhookUrl = v } }),
        Key("event.max_age", Kinds.SecondsOrUnlimited, o => o.Event.MaxAge, (o, v) => o with { Event = o.Event with { MaxAge = v } }),
        Key("event.check_payloads", Kinds.Bool, o => o.Event.CheckPayloads, (o, v) => o with { Event = o.Event with { CheckPayloads = v } }),
        Key("event.dialect", Kinds.Word<McpEventDialect>(), o => o.Event.Dialect, (o, v) => o with { Event = o.Event with { Dialect = v } }),
        Key("shutdown_timeout", Kinds.Seconds, o => o.ShutdownTimeout, (o, v) => o with { ShutdownTimeout = v }, KeyReach.Stream),
        Key("retryable_status", new ListKind<int>(Kinds.Int("from 400 to 599", v => v is >= 400 and <= 599)),
            o => o.RetryableStatus, (o, v) => o with { RetryableStatus = v }, KeyReach.Retry),
    ];

    /// <summary>The key of a name; the comparer is that of the source, since TOML tells case apart and the environment does not.</summary>
    public static ConfigurationKey? Find(string name, StringComparer comparer) => All.FirstOrDefault(key => comparer.Equals(key.Name, name));

    private static ConfigurationKey<T> Key<T>(
        string name, ValueKind<T> kind, Func<StreamOptions, T> get, Func<StreamOptions, T, StreamOptions> set, KeyReach reach = KeyReach.Connection) =>
        new(name, kind, get, set, reach);

    // What can be said of these strings depends on other keys: CrossRules says it.
    private static Complaint? Free(string value) => null;

    // A server adds to the headers it inherits. Header names do not tell case apart.
    private static ImmutableDictionary<string, string> Merge(ImmutableDictionary<string, string> inherited, ImmutableDictionary<string, string> own) =>
        inherited.WithComparers(StringComparer.OrdinalIgnoreCase).SetItems(own);
}
