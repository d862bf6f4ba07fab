using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>
/// A plain SSE endpoint (WHATWG HTML, 9.2). Each attempt has an HTTP handler of its own: no pool is shared with other requests, names are
/// resolved anew, and certificates are read anew.
/// </summary>
internal sealed class SseTransport : IEventTransport
{
    private const int MaxRedirects = 10;

    private readonly StreamOptions _options;
    private readonly Uri _origin;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _ownership = new();
    private HttpMessageInvoker? _client;
    private HttpMessageInvoker? _foreignClient;
    private bool _hasConnected;
    private HttpResponseMessage? _response;
    private Stream? _stream;

    public SseTransport(StreamOptions options)
    {
        _options = options;
        _origin = new Uri(options.ServerUrl);
    }

    public async Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposed.Token);
        try
        {
            var token = await GetTokenAsync(either.Token).ConfigureAwait(false);
            return await FollowAsync(request, token, either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return NetworkFault.Describe(fault, request.Url);
        }
    }

    public async ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation)
    {
        var stream = _stream ?? throw new InvalidOperationException("The transport is not open.");
        await stream.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(chunkSize);
        var length = 0;
        try
        {
            length = await stream.ReadAsync(buffer.AsMemory(0, chunkSize), cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (length == 0)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        return length == 0 ? default : new Chunk(buffer, length);
    }

    public void Dispose()
    {
        lock (_ownership)
        {
            if (_disposed.IsCancellationRequested)
                return;
            _disposed.Cancel();
        }

        _response?.Dispose();
        _client?.Dispose();
        _foreignClient?.Dispose();
    }

    private async Task<AttemptOutcome> FollowAsync(OpenRequest open, string? token, CancellationToken cancellation)
    {
        var url = open.Url;
        var permanentUrl = open.Url;
        var onlyPermanent = true;
        var method = new HttpMethod(_options.HttpMethod);
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            _hasConnected = false;
            using var request = CreateRequest(method, url, open.LastEventId, token);
            var response = await ClientFor(url).SendAsync(request, cancellation).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode))
                return await AcceptAsync(Own(ref _response, response), permanentUrl, cancellation).ConfigureAwait(false);

            using (response)
            {
                if (response.Headers.Location is not { } location)
                    return new AttemptOutcome.NotSupported($"the server answered {(int)response.StatusCode} without a Location; check server_url");
                url = new Uri(url, location);
                if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
                    return new AttemptOutcome.NotSupported($"the server redirects to {url.Scheme}:, which is not http; check server_url");

                onlyPermanent &= response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.PermanentRedirect;
                permanentUrl = onlyPermanent ? url : permanentUrl;
                method = MethodAfter(response.StatusCode, method);
            }
        }

        return new AttemptOutcome.NotSupported($"the server redirects more than {MaxRedirects} times; check server_url");
    }

    private async Task<AttemptOutcome> AcceptAsync(HttpResponseMessage response, Uri permanentUrl, CancellationToken cancellation)
    {
        if (response.StatusCode is not HttpStatusCode.OK)
            return new AttemptOutcome.Rejected((int)response.StatusCode, RetryAfter(response.Headers.RetryAfter));

        var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : "";
        if (!IsEventStream(contentType))
        {
            var shown = contentType.Length == 0 ? "no content type" : $"content type {contentType}";
            return new AttemptOutcome.NotSupported($"the server answered 200 with {shown} instead of text/event-stream; check server_url");
        }

        _stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return new AttemptOutcome.Opened(permanentUrl);
    }

    private HttpRequestMessage CreateRequest(HttpMethod method, Uri url, string lastEventId, string? token)
    {
        var request = new HttpRequestMessage(method, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        if (lastEventId.Length > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        if (!IsConfiguredOrigin(url))
            return request;

        // Everything below may be a secret: it goes to the configured origin only, never after a redirect to another one.
        if (!string.IsNullOrEmpty(token))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in _options.CustomHeaders)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_options.HttpBody.Length > 0 && method != HttpMethod.Get && method != HttpMethod.Head)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(_options.HttpBody));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", _options.HttpContentType);
        }

        return request;
    }

    // A client certificate is a credential too: another origin is not shown it.
    private HttpMessageInvoker ClientFor(Uri url) => IsConfiguredOrigin(url)
        ? _client ?? Own(ref _client, new HttpMessageInvoker(HttpHandlers.Create(_options, ConnectAsync, withClientCertificate: true)))
        : _foreignClient ?? Own(ref _foreignClient, new HttpMessageInvoker(HttpHandlers.Create(_options, ConnectAsync, withClientCertificate: false)));

    private async ValueTask<string?> GetTokenAsync(CancellationToken cancellation)
    {
        if (_options.Credentials is not { } source)
            return _options.AuthKey;
        try
        {
            return await source(cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            throw new CredentialException(fault);
        }
    }

    private bool IsConfiguredOrigin(Uri url) =>
        url.Scheme == _origin.Scheme && url.Port == _origin.Port && string.Equals(url.IdnHost, _origin.IdnHost, StringComparison.OrdinalIgnoreCase);

    // One connection a request: the HTTP handler would by itself repeat a request that was not answered, past backoff and limits.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        if (_hasConnected)
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        _hasConnected = true;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // What arrives after Dispose has nobody left to end it.
    private T Own<T>(ref T? field, T value)
        where T : class, IDisposable
    {
        lock (_ownership)
        {
            if (!_disposed.IsCancellationRequested)
                return field = value;
        }

        value.Dispose();
        throw new OperationCanceledException(_disposed.Token);
    }

    private static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    // As browsers do (WHATWG Fetch, "HTTP-redirect fetch"): only 307 and 308 keep a method that is not GET.
    private static HttpMethod MethodAfter(HttpStatusCode redirect, HttpMethod method) =>
        redirect is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect || method == HttpMethod.Head ? method : HttpMethod.Get;

    private static bool IsEventStream(string contentType)
    {
        var essence = contentType.AsSpan();
        var end = essence.IndexOf(';');
        essence = end < 0 ? essence : essence[..end];
        return essence.Trim().Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date - TimeProvider.System.GetUtcNow());
}
