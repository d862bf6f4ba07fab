using System.Collections.Immutable;
using System.Net;
using System.Text;
using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>
/// Everything that can be said of one event stream. Immutable: change it with a <c>with</c> expression.
/// The TOML key of each property is its name in snake_case (<c>read_timeout</c>).
/// </summary>
public sealed record StreamOptions
{
    /// <summary>The longest <c>Retry-After</c> that is honoured, so that no server can park a stream indefinitely.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private static readonly string OwnUserAgent = $"McpSseActors/{typeof(StreamOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Gets the name of the stream in queries, and of its actor.</summary>
    /// <value>Default: empty, which means the host of <see cref="ServerUrl"/>.</value>
    public string Name { get; init; } = "";

    /// <summary>Gets whether the stream connects at all. A disabled stream still answers every query.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Enabled { get; init; }

    /// <summary>Gets the absolute http or https URL of the event stream. Required when enabled.</summary>
    /// <value>Default: empty.</value>
    public string ServerUrl { get; init; } = "";

    /// <summary>Gets the transport spoken with the server.</summary>
    /// <value>Default: <see cref="StreamTransport.Sse"/>.</value>
    public StreamTransport Transport { get; init; } = StreamTransport.Sse;

    /// <summary>Sent as <c>Authorization: Bearer</c>, to the configured origin only. Never logged.</summary>
    /// <value>Default: empty, no header.</value>
    public string AuthKey { get; init; } = "";

    /// <summary>Asked for the token of every connection attempt in place of <see cref="AuthKey"/>; in code only.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public CredentialSource? Credentials { get; init; }

    /// <summary>Gets how long connecting, TLS and the response headers may take together.</summary>
    /// <value>Default: 30 seconds. Greater than zero.</value>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long the server may be silent. Every byte counts, also of comment lines.</summary>
    /// <value>Default: 60 seconds. Greater than zero.</value>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets whether a lost connection is reopened. If false, the stream ends as <c>Stopped</c>.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool EnableReconnect { get; init; } = true;

    /// <summary>Gets how many reconnects in a row may fail before the stream gives up.</summary>
    /// <value>Default: 10. -1 is unlimited, 0 is none.</value>
    public int MaxReconnectAttempts { get; init; } = 10;

    /// <summary>Gets the delay before the first reconnect.</summary>
    /// <value>Default: 1 second. Greater than zero.</value>
    public TimeSpan InitialReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the upper bound of the delay between reconnects.</summary>
    /// <value>Default: 60 seconds. At least <see cref="InitialReconnectDelay"/>.</value>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets what the delay is multiplied by after each failure.</summary>
    /// <value>Default: 2. Greater than 1.</value>
    public double ReconnectBackoffFactor { get; init; } = 2.0;

    /// <summary>Gets the share of each delay that is left to chance: 0.5 waits 50 to 100 % of it.</summary>
    /// <value>Default: 0.5. From 0 to 1.</value>
    public double Jitter { get; init; } = 0.5;

    /// <summary>
    /// Gets how long a connection must last to count as healthy and reset the backoff without an event, or after connections
    /// that ended sooner, even with events.
    /// </summary>
    /// <value>Default: 5 seconds. Greater than zero.</value>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how many recent events can be queried.</summary>
    /// <value>Default: 1000. Greater than zero.</value>
    public int EventBufferSize { get; init; } = 1000;

    /// <summary>Gets the longest event in bytes; a longer one is skipped and counted.</summary>
    /// <value>Default: 16 MiB. At least 1024.</value>
    public int MaxEventSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Gets whether each event's type is logged at Info and its data at Debug.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool EnableEventLogging { get; init; } = true;

    /// <summary>Gets whether comment lines go to the handlers of <c>:</c> and to the global ones, in order with the events.</summary>
    /// <value>Default: <see langword="false"/>. They keep the connection alive in any case.</value>
    public bool DeliverComments { get; init; }

    /// <summary>Gets the event types and patterns (<c>chat.*</c>) to handle; the others are counted as filtered.</summary>
    /// <value>Default: empty, all of them.</value>
    public ImmutableArray<string> SubscribedEvents { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Extra request headers.</summary>
    /// <value>Default: none.</value>
    public ImmutableDictionary<string, string> CustomHeaders { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gets the <c>User-Agent</c> header.</summary>
    /// <value>
    /// Default: <c>McpSseActors/</c> and the version of this library; in a TOML file <c>MaiBot-MCP-SSE-Client/1.0</c>, as that format defines.
    /// </value>
    public string UserAgent { get; init; } = OwnUserAgent;

    /// <summary>Gets whether the server's certificate is verified. If false, every start logs a warning.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool VerifySsl { get; init; } = true;

    /// <summary>Gets the client certificate: a PEM file (with <see cref="SslKeyPath"/>) or a PFX file (alone).</summary>
    /// <value>Default: empty.</value>
    public string SslCertPath { get; init; } = "";

    /// <summary>Gets the client certificate's key, a PEM file.</summary>
    /// <value>Default: empty.</value>
    public string SslKeyPath { get; init; } = "";

    /// <summary>Gets the password of the PFX file, or of the encrypted key. Never logged.</summary>
    /// <value>Default: empty.</value>
    public string SslCertPassword { get; init; } = "";

    /// <summary>Gets a PEM file with authorities that are trusted besides those of the system.</summary>
    /// <value>Default: empty.</value>
    public string SslCaPath { get; init; } = "";

    /// <summary>Gets the http, https, socks4, socks4a or socks5 proxy, with user and password if it needs them. Never logged with these.</summary>
    /// <value>Default: empty: the environment decides; <c>none</c> means no proxy.</value>
    public string ProxyUrl { get; init; } = "";

    /// <summary>Gets the <c>Last-Event-ID</c> of the first request, to resume a stream from an earlier run.</summary>
    /// <value>Default: empty, no header.</value>
    public string InitialLastEventId { get; init; } = "";

    /// <summary>Gets the method of the request that opens the stream.</summary>
    /// <value>Default: <c>GET</c>.</value>
    public string HttpMethod { get; init; } = "GET";

    /// <summary>Gets the body of that request, for methods that carry one.</summary>
    /// <value>Default: empty, no body.</value>
    public string HttpBody { get; init; } = "";

    /// <summary>Gets the <c>Content-Type</c> of <see cref="HttpBody"/>.</summary>
    /// <value>Default: <c>application/json</c>.</value>
    public string HttpContentType { get; init; } = "application/json";

    /// <summary>
    /// Gets whether cookies of the server are kept in memory and sent back, to the configured origin only. Load
    /// balancers use them to keep a client at one node.
    /// </summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Cookies { get; init; } = true;

    /// <summary>
    /// Gets the version of HTTP: <c>auto</c>, <c>1.1</c> or <c>2</c>. With <c>auto</c>, TLS negotiates it, and a server
    /// that refuses HTTP/2 is asked with 1.1 from then on.
    /// </summary>
    /// <value>Default: <c>auto</c>.</value>
    public string HttpVersion { get; init; } = "auto";

    /// <summary>
    /// Gets what becomes of events that the server repeats after a reconnect. A repeat is recognised by its ID, type
    /// and data; a server that uses its IDs again for equal events needs <see cref="DuplicateEvents.Deliver"/> or
    /// <see cref="DuplicateEvents.Mark"/>.
    /// </summary>
    /// <value>Default: <see cref="DuplicateEvents.Drop"/>.</value>
    public DuplicateEvents Duplicates { get; init; } = DuplicateEvents.Drop;

    /// <summary>Gets what to ask an MCP server for, and how.</summary>
    /// <value>Default: all list changes, no resources, no log level.</value>
    public McpListenOptions Mcp { get; init => field = value ?? new(); } = new();

    /// <summary>Gets what to subscribe to with the transport <see cref="StreamTransport.Events"/>.</summary>
    /// <value>Default: nothing.</value>
    public McpEventSubscription Event { get; init => field = value ?? new(); } = new();

    /// <summary>Gets how long events in flight may take to be handled when the host shuts down.</summary>
    /// <value>Default: 5 seconds. Greater than zero.</value>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the HTTP statuses to retry that would otherwise be final, such as 404.</summary>
    /// <value>Default: empty. From 400 to 599.</value>
    public ImmutableArray<int> RetryableStatus { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Gets the name that the stream runs under.</summary>
    /// <value><see cref="Name"/>, or the host of <see cref="ServerUrl"/> if it is empty, or <c>mcp-sse</c> if both are.</value>
    public string EffectiveName => StreamName.Of(this);

    /// <summary>Checks the options by the rules of a configuration file.</summary>
    /// <returns>The faults; none if the stream can be used.</returns>
    public ImmutableArray<ConfigurationFault> Validate() => OptionsValidation.Check(this);

    /// <summary>Gets each configuration key with its value, in the order of the documentation: to show the options, or to write a file.</summary>
    /// <returns>The settings.</returns>
    public ImmutableArray<StreamSetting> GetSettings() => [.. ConfigurationKeys.All.Select(key => new StreamSetting(key, this))];

    /// <summary>
    /// Gets a wrapper around the network of a transport, for a diagnosis, called before the first request: it wraps the callbacks of the handler, and may replace what
    /// opens its connections. Must not change what is sent or trusted. Null: nothing.
    /// </summary>
    internal Func<SocketsHttpHandler, Action<Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>>, HttpMessageHandler>? Tap { get; init; }

    /// <summary>Gets a wrapper around the body of each event stream, for the recorder. It must pass every byte through as it reads it. Null: none.</summary>
    internal Func<HttpResponseMessage, Stream, Stream>? Tee { get; init; }

    /// <summary>Gets the clock of waits for a server, so that tests pass them in virtual time. Null: the system's.</summary>
    internal TimeProvider? Time { get; init; }

    /// <summary>Gets whether the stream only runs so that its code is compiled: nothing of it is measured or traced.</summary>
    internal bool IsRehearsal { get; init; }

    /// <summary>Gets what a stored stream lacks to connect, such as a secret that was not supplied, for an operator; null if it lacks nothing.</summary>
    internal string? Lack { get; init; }

    // What may be secret (tokens, passwords, header values, the body, the URL's query) is shown only as present or absent.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"Name = {Name}, Enabled = {Enabled}, ServerUrl = {Redact.Url(ServerUrl)}, Transport = {Transport}, AuthKey = {(AuthKey.Length > 0 ? "***" : "")}");
        return true;
    }
}
