namespace McpSseActors.Cli.Testing;

/// <summary>The steps in their order.</summary>
internal static class StepNames
{
    public const string Setup = "setup";
    public const string Proxy = "proxy";
    public const string Dns = "DNS";
    public const string Tcp = "TCP";
    public const string Tls = "TLS";
    public const string Certificate = "certificate";
    public const string Http = "HTTP";
    public const string Headers = "headers";
    public const string ContentType = "content type";
    public const string Transport = "transport";
    public const string Subscription = "subscription";
    public const string FirstByte = "first byte";
    public const string FirstEvent = "first event";
    public const string Heartbeat = "heartbeat";
    public const string Ids = "IDs";
    public const string Retry = "retry hint";
    public const string Resume = "resume";

    /// <summary>Those that everyone goes through, in order.</summary>
    public static readonly string[] OfEveryStream =
        [Dns, Tcp, Tls, Certificate, Http, Headers, ContentType, Transport, Subscription, FirstByte, FirstEvent, Heartbeat, Ids, Retry, Resume];
}
