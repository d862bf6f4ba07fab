using System.Diagnostics;
using System.Net.Http.Headers;
using McpSseActors.Configuration;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// Sends the HTTP requests of one attempt, which share connections with each other and with no other attempt. Redirects
/// are followed within the origin only: other origins get no request.
/// </summary>
internal sealed class McpHttp : IDisposable
{
    private const string Json = "application/json";
    private const string JsonOrEvents = "application/json, text/event-stream";
    private const string Events = "text/event-stream";

    private readonly StreamOptions _options;
    private readonly ServerMemory _memory;
    private readonly RequestFactory _requests;
    private readonly ProxyRoute _proxy;
    private readonly Lazy<HttpMessageInvoker> _client;

    public McpHttp(StreamOptions options, ServerMemory memory)
    {
        _options = options;
        _memory = memory;
        Url = new Uri(options.ServerUrl);
        _requests = new RequestFactory(options, memory);
        _proxy = new ProxyRoute(options, memory.Gate);
        _client = new Lazy<HttpMessageInvoker>(() =>
            HttpHandlers.CreateClient(options, Url, _proxy, new Dialer(_proxy, isShared: true), withSecrets: true));
    }

    /// <summary>Gets the URL of the server.</summary>
    public Uri Url { get; }

    /// <summary>Gets or sets the span of the attempt, the parent of its requests.</summary>
    public Activity? Span { get; set; }

    /// <summary>Gets the token that was sent last; null if none was.</summary>
    public string? Token { get; private set; }

    public bool IsSameOrigin(Uri url) => _requests.IsConfiguredOrigin(url);

    /// <summary>Sends a JSON-RPC message, and returns when the headers of the response have arrived.</summary>
    public Task<HttpResponseMessage> PostAsync(Uri url, ReadOnlyMemory<byte> message, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, url, JsonOrEvents, message, headers, cancellation);

    /// <summary>Opens an event stream.</summary>
    public Task<HttpResponseMessage> GetAsync(Uri url, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, url, Events, null, headers, cancellation);

    /// <summary>Ends a session.</summary>
    public Task<HttpResponseMessage> DeleteAsync(Uri url, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, url, Json, null, headers, cancellation);

    /// <summary>Gets the decoded body.</summary>
    public static async Task<Stream> BodyAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        ContentCoding.Undo(AnswerHead.Codings(response), await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));

    /// <summary>Reads the whole body. A page, which is not JSON and may never end, is read for a tenth of <c>connection_timeout</c>.</summary>
    /// <exception cref="TransportException">It is longer than <c>max_event_size</c>.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, StreamOptions options, CancellationToken cancellation)
    {
        using var patience = new Patience(options.ConnectionTimeout / 10, cancellation);
        if (!AnswerHead.IsJson(response))
            patience.Begin();
        var body = await BodyAsync(response, cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var read = new MemoryStream();
            var buffer = new byte[4096];
            try
            {
                int length;
                while ((length = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0)
                {
                    if (read.Length + length > options.MaxEventSize)
                        throw TransportException.NotSupported($"the server's answer is longer than the max_event_size of {options.MaxEventSize} bytes");
                    read.Write(buffer.AsSpan(0, length));
                }
            }
            catch (OperationCanceledException) when (patience.IsOver)
            {
                // What has arrived is used.
            }

            return read.ToArray();
        }
    }

    /// <summary>Gets the outcome that an exception of a request means.</summary>
    public AttemptOutcome Describe(Exception fault)
    {
        _memory.Note(fault, Url);
        return NetworkFault.Describe(fault, Url, _proxy);
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri url, string accept, ReadOnlyMemory<byte>? message, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        Token = await Tokens.GetAsync(_options, _memory, cancellation).ConfigureAwait(false);
        Activity.Current = Span;
        for (var hop = 0; hop <= Redirect.MostHops; hop++)
        {
            using var request = _requests.Create(method, url, accept, Token);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            if (message is { } json)
            {
                request.Content = new ReadOnlyMemoryContent(json);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(Json);
            }

            var response = await _client.Value.SendAsync(request, cancellation).ConfigureAwait(false);
            _memory.Note(response, url, _options);
            if (!Redirect.IsOne(response))
                return response;
            using (response)
                url = Follow(response, url, method);
        }

        throw new TransportException(Redirect.Refuse($"the server redirects more than {Redirect.MostHops} times"));
    }

    private Uri Follow(HttpResponseMessage response, Uri from, HttpMethod method)
    {
        if (!Redirect.TryResolve(response, from, out var target, out var refused))
            throw new TransportException(refused);
        if (!IsSameOrigin(target))
            throw new TransportException(Redirect.Refuse($"the server redirects to another origin, {Redact.Origin(target)}, which an MCP client must not follow"));
        return Redirect.MethodAfter(response, method) == method
            ? target
            : throw new TransportException(Redirect.Refuse($"the server answered {method} with {(int)response.StatusCode}, which would make it a GET"));
    }
}
