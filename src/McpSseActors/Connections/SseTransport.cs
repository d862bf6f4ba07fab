using System.Net;

namespace McpSseActors.Connections;

/// <summary>
/// A plain SSE endpoint (WHATWG HTML, 9.2). Each attempt creates its own HTTP handler: no connection pool is shared,
/// and names and certificates are read again.
/// </summary>
internal sealed class SseTransport : IEventTransport
{
    private readonly StreamOptions _options;
    private readonly RequestFactory _requests;
    private readonly ProxyRoute _proxy;
    private readonly Dialer _dialer;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _ownership = new();
    private HttpMessageInvoker? _client;
    private HttpMessageInvoker? _foreignClient;
    private HttpResponseMessage? _response;
    private EventBody? _body;
    private Uri? _spokenTo;

    public SseTransport(StreamOptions options)
    {
        _options = options;
        _requests = new RequestFactory(options);
        _proxy = new ProxyRoute(options);
        _dialer = new Dialer(_proxy);
    }

    public async Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposed.Token);
        try
        {
            var token = await Tokens.GetAsync(_options, either.Token).ConfigureAwait(false);
            return await FollowAsync(request, token, either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Describe(fault, _spokenTo ?? request.Url);
        }
    }

    public ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation) =>
        (_body ?? throw new InvalidOperationException("The transport is not open.")).ReadAsync(chunkSize, cancellation);

    public void Dispose()
    {
        lock (_ownership)
        {
            if (_disposed.IsCancellationRequested)
                return;
            _disposed.Cancel();
        }

        _response?.Dispose();
        _body?.Dispose();
        _client?.Dispose();
        _foreignClient?.Dispose();
    }

    private async Task<AttemptOutcome> FollowAsync(OpenRequest open, string? token, CancellationToken cancellation)
    {
        var url = open.Url;
        var permanentUrl = open.Url;
        var onlyPermanent = true;
        var method = new HttpMethod(_options.HttpMethod);
        for (var hop = 0; hop <= Redirect.MostHops; hop++)
        {
            _spokenTo = url;
            _dialer.Rearm();
            using var request = _requests.CreateOpening(method, url, open.Position.LastEventId, token);
            var response = await ClientFor(url).SendAsync(request, cancellation).ConfigureAwait(false);
            if (!Redirect.IsOne(response))
                return await AcceptAsync(Own(ref _response, response), url, permanentUrl, cancellation).ConfigureAwait(false);

            using (response)
            {
                if (!Redirect.TryResolve(response, url, out var target, out var refused))
                    return refused;
                url = target;
                onlyPermanent &= Redirect.IsPermanent(response);
                permanentUrl = onlyPermanent ? url : permanentUrl;
                method = Redirect.MethodAfter(response, method);
            }
        }

        return Redirect.Refuse($"the server redirects more than {Redirect.MostHops} times");
    }

    private async Task<AttemptOutcome> AcceptAsync(HttpResponseMessage response, Uri url, Uri permanentUrl, CancellationToken cancellation)
    {
        if (response.StatusCode is HttpStatusCode.ProxyAuthenticationRequired && _proxy.For(url) is { } proxy)
            return ProxyRefused(proxy);
        if (AnswerHead.Refuse(response) is { } refused)
            return refused;

        Own(ref _body, await EventBody.OpenAsync(response, _options.MaxEventSize, cancellation, _options.Tee).ConfigureAwait(false));
        return new AttemptOutcome.Opened(permanentUrl);
    }

    // A client certificate is a credential too: another origin is not shown it.
    private HttpMessageInvoker ClientFor(Uri url) => _requests.IsConfiguredOrigin(url)
        ? _client ?? Own(ref _client, CreateClient(url, withClientCertificate: true))
        : _foreignClient ?? Own(ref _foreignClient, CreateClient(url, withClientCertificate: false));

    private HttpMessageInvoker CreateClient(Uri url, bool withClientCertificate) =>
        HttpHandlers.CreateClient(_options, url, _proxy, _dialer, withClientCertificate);

    private AttemptOutcome Describe(Exception fault, Uri url) =>
        fault is HttpRequestException { StatusCode: HttpStatusCode.ProxyAuthenticationRequired } && _proxy.For(url) is { } proxy
            ? ProxyRefused(proxy)
            : NetworkFault.Describe(fault, url, _proxy);

    // As with 401: a retry does not correct credentials.
    private AttemptOutcome ProxyRefused(Uri proxy)
    {
        const HttpStatusCode Status = HttpStatusCode.ProxyAuthenticationRequired;
        var reason = NetworkFault.Describe(Status, proxy, _proxy.Remedy);
        return _options.RetryableStatus.Contains((int)Status) ? new AttemptOutcome.Lost(reason) : new AttemptOutcome.NotSupported(reason);
    }

    // After Dispose, nothing else would dispose of it.
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
}
