using System.Net;

namespace McpSseActors.Connections;

/// <summary>
/// A plain SSE endpoint (WHATWG HTML, 9.2). Each attempt creates its own HTTP handler: no connection pool is shared,
/// and names and certificates are read again.
/// </summary>
internal sealed class SseTransport : IEventTransport
{
    private readonly StreamOptions _options;
    private readonly ServerMemory _memory;
    private readonly RequestFactory _requests;
    private readonly ProxyRoute _proxy;
    private readonly Dialer _dialer;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _ownership = new();
    private HttpMessageInvoker? _client;
    private HttpMessageInvoker? _returningClient;
    private HttpMessageInvoker? _foreignClient;
    private HttpResponseMessage? _response;
    private EventBody? _body;
    private Uri? _spokenTo;

    public SseTransport(StreamOptions options, ServerMemory memory)
    {
        _options = options;
        _memory = memory;
        _requests = new RequestFactory(options, memory);
        _proxy = new ProxyRoute(options, memory.Gate);
        _dialer = new Dialer(_proxy);
    }

    public async Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposed.Token);
        try
        {
            var token = await Tokens.GetAsync(_options, _memory, either.Token).ConfigureAwait(false);
            return await FollowAsync(request, token, either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Note(fault);
            return Describe(fault, _spokenTo ?? request.Url);
        }
    }

    public ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation) =>
        (_body ?? throw new InvalidOperationException("The transport is not open.")).ReadAsync(chunkSize, cancellation);

    public void Note(Exception fault) => _memory.Note(fault, _spokenTo ?? new Uri(_options.ServerUrl));

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
        _returningClient?.Dispose();
        _foreignClient?.Dispose();
    }

    private async Task<AttemptOutcome> FollowAsync(OpenRequest open, string? token, CancellationToken cancellation)
    {
        var url = open.Url;
        var permanentUrl = open.Url;
        var onlyPermanent = true;
        // Once another origin has chosen the path, not even the configured one gets secrets: it may be any path there.
        var withSecrets = true;
        var method = new HttpMethod(_options.HttpMethod);
        for (var hop = 0; hop <= Redirect.MostHops; hop++)
        {
            _spokenTo = url;
            _dialer.Rearm();
            withSecrets &= _requests.IsConfiguredOrigin(url);
            using var request = _requests.CreateOpening(method, url, open.Position.LastEventId, token, withSecrets);
            var response = await ClientFor(url, withSecrets).SendAsync(request, cancellation).ConfigureAwait(false);
            _memory.Note(response, url, _options, withSecrets);
            if (!Redirect.IsOne(response))
                return await AcceptAsync(Own(ref _response, response), url, permanentUrl, cancellation).ConfigureAwait(false);

            using (response)
            {
                if (!Redirect.TryResolve(response, url, out var target, out var refused))
                    return refused;
                url = target;
                // A path that another origin chose is not remembered: the next attempt would send secrets there.
                onlyPermanent &= Redirect.IsPermanent(response) && (withSecrets || !_requests.IsConfiguredOrigin(url));
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
    private HttpMessageInvoker ClientFor(Uri url, bool withSecrets)
    {
        if (withSecrets)
            return ClientFor(ref _client, url, withSecrets);
        return _requests.IsConfiguredOrigin(url) ? ClientFor(ref _returningClient, url, withSecrets) : ClientFor(ref _foreignClient, url, withSecrets);
    }

    private HttpMessageInvoker ClientFor(ref HttpMessageInvoker? client, Uri url, bool withSecrets) =>
        client ?? Own(ref client, HttpHandlers.CreateClient(_options, url, _proxy, _dialer, withSecrets));

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
