using System.Collections.Immutable;

namespace McpSseActors.Configuration;

/// <summary>A rule about several keys; its fault is reported at the first of them that was set.</summary>
internal sealed record CrossRule(ImmutableArray<string> Keys, Func<StreamOptions, Complaint?> Check);

/// <summary>The rules between keys.</summary>
internal static class CrossRules
{
    public static ImmutableArray<CrossRule> All { get; } =
    [
        new(["server_url", "enable"], UrlIsRequired),
        new(["max_reconnect_delay", "initial_reconnect_delay"], DelaysAreInOrder),
        new(["ssl_key_path", "ssl_cert_path"], KeyHasCertificate),
        new(["ssl_cert_path", "ssl_key_path"], CertificateHasKey),
        new(["ssl_cert_path", "enable"], options => FileExists(options, options.SslCertPath)),
        new(["ssl_key_path", "enable"], options => FileExists(options, options.SslKeyPath)),
        new(["ssl_ca_path", "enable"], options => FileExists(options, options.SslCaPath)),
        new(["ssl_cert_path", "ssl_key_path", "ssl_cert_password", "enable"], ClientCertificateLoads),
        new(["ssl_ca_path", "enable"], AuthoritiesLoad),
        new(["http_body", "http_method"], BodyHasMethod),
        new(["custom_headers", "auth_key"], AuthorizationIsSaidOnce),
        new(["http_method", "transport"], options => PlainOnly(options, "http_method", options.HttpMethod != "GET")),
        new(["http_body", "transport"], options => PlainOnly(options, "http_body", options.HttpBody.Length > 0)),
        new(["event.name", "transport"], SubscriptionHasTransport),
        new(["event.mode", "event.webhook_url"], WebhookHasUrl),
    ];

    private static Complaint? WebhookHasUrl(StreamOptions options) => options.Event is { Mode: McpEventMode.Webhook, WebhookUrl.Length: 0 }
        ? new Complaint("the mode webhook needs the address to which the server posts", "set event.webhook_url, as in event.webhook_url = \"https://example.com/hooks/mcp\"")
        : null;

    private static Complaint? SubscriptionHasTransport(StreamOptions options) =>
        (options.Transport == StreamTransport.Events, options.Event.Name.Length > 0) switch
        {
            (true, false) when options.Enabled => new Complaint(
                "the transport events needs the event type to subscribe to", "set event.name, as in event.name = \"incident.created\""),
            (false, true) => new Complaint($"the transport {options.Transport} has no event subscriptions", "set transport = \"events\", or leave event.name out"),
            _ => null,
        };

    private static Complaint? UrlIsRequired(StreamOptions options) => options.Enabled && options.ServerUrl.Length == 0
        ? new Complaint("an enabled stream has no server_url", "set server_url, or enable = false")
        : null;

    private static Complaint? DelaysAreInOrder(StreamOptions options) => options.MaxReconnectDelay < options.InitialReconnectDelay
        ? new Complaint(
            $"{Kinds.Seconds.Format(options.MaxReconnectDelay)} is less than initial_reconnect_delay ({Kinds.Seconds.Format(options.InitialReconnectDelay)})",
            "make max_reconnect_delay at least as long")
        : null;

    private static Complaint? KeyHasCertificate(StreamOptions options) => options.SslKeyPath.Length > 0 && options.SslCertPath.Length == 0
        ? new Complaint("a key without its certificate", "set ssl_cert_path as well")
        : null;

    private static Complaint? CertificateHasKey(StreamOptions options)
    {
        if (options.SslCertPath.Length == 0)
            return null;
        return (IsPfx(options.SslCertPath), options.SslKeyPath.Length > 0) switch
        {
            (false, false) => new Complaint("a PEM certificate without its key", "set ssl_key_path as well, or name a .pfx or .p12 file"),
            (true, true) => new Complaint("a PFX file holds its key itself", "leave ssl_key_path out"),
            _ => null,
        };
    }

    private static bool IsPfx(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12";

    // A stream that connects nowhere needs no files, so one configuration can serve machines without them.
    private static Complaint? FileExists(StreamOptions options, string path) => options.Enabled && path.Length > 0 && !File.Exists(path)
        ? new Complaint($"file '{path}' does not exist", $"name an existing file (looked for at {Path.GetFullPath(path)})")
        : null;

    // Files that do not exist, or do not fit together, are reported by other rules.
    private static Complaint? ClientCertificateLoads(StreamOptions options) =>
        IsThere(options, options.SslCertPath) && CertificateHasKey(options) is null && (options.SslKeyPath.Length == 0 || File.Exists(options.SslKeyPath))
            ? Complain(() => Certificates.LoadClient(options))
            : null;

    private static Complaint? AuthoritiesLoad(StreamOptions options) =>
        IsThere(options, options.SslCaPath) ? Complain(() => Certificates.LoadAuthorities(options)) : null;

    private static bool IsThere(StreamOptions options, string path) => options.Enabled && File.Exists(path);

    private static Complaint? Complain(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (CertificateException fault)
        {
            return new Complaint(fault.Problem, fault.Remedy);
        }
    }

    private static Complaint? BodyHasMethod(StreamOptions options) => options.HttpBody.Length > 0 && options.HttpMethod == "GET"
        ? new Complaint("a GET request carries no body", "set http_method = \"POST\", or leave http_body out")
        : null;

    private static Complaint? PlainOnly(StreamOptions options, string key, bool isSet) => isSet && options.Transport != StreamTransport.Sse
        ? new Complaint($"the transport {options.Transport} makes its own requests", $"leave {key} out, or set transport = \"sse\"")
        : null;

    private static Complaint? AuthorizationIsSaidOnce(StreamOptions options) =>
        (options.AuthKey.Length > 0 || options.Credentials is not null)
        && options.CustomHeaders.Keys.Contains("Authorization", StringComparer.OrdinalIgnoreCase)
            ? new Complaint("both auth_key and the header Authorization are set", "keep one of them")
            : null;
}
