using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using McpSseActors.Cli.Web;

namespace McpSseActors.Cli.Watch.Sources;

/// <summary>The streams of another process, which serves the HTTP API. Its answers are bounded in time and length.</summary>
internal sealed class AttachedHost : IWatchSource, IDisposable
{
    private const int MostEvents = 1000;
    private const int MostOfData = 1024 * 1024;
    private const int LongestAnswer = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Uri _host;
    private readonly Uri _url;
    private readonly HttpClient _http;
    private int _mostNow = MostEvents;

    /// <summary>Attaches to a host.</summary>
    /// <param name="url">Where its API is.</param>
    /// <param name="authKey">Sent as the bearer token; empty for none.</param>
    public AttachedHost(Uri url, string authKey)
    {
        (_host, _url) = (url, ApiAnswers.Base(url));
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !url.IsLoopback, ConnectTimeout = Patience };
        _http = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = LongestAnswer };
        if (ApiAnswers.KeyFor(url, authKey) is { Length: > 0 } key)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public string Name => SecretRedactor.RedactUrl(_host.GetLeftPart(UriPartial.Path)).TrimEnd('/');

    public TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

    public string? NoRestart => "cannot restart a stream of an attached host";

    public async Task<Reading> ReadAsync(EventQuery query, CancellationToken cancellation)
    {
        var stats = await ReadStatsAsync(cancellation).ConfigureAwait(false);
        if (query.StreamAmong(stats) is not { } stream)
            return new Reading(stats, null, query.Pattern, []);
        var (events, none) = await ReadRecentAsync(stream, query.Pattern.Text, query.Count, cancellation).ConfigureAwait(false);
        return new Reading(stats, stream, query.Pattern, [.. events.Select(each => WatchedEvent.Of(each.ToEvent()))], none);
    }

    public Task RestartAsync(string stream, CancellationToken cancellation) => throw new SourceException(NoRestart!);

    /// <summary>The statistics of its streams.</summary>
    /// <exception cref="SourceException">The host does not answer.</exception>
    public async Task<ImmutableArray<StreamStats>> ReadStatsAsync(CancellationToken cancellation) =>
        [.. await GetAsync<StreamStats>("stats", cancellation).ConfigureAwait(false)];

    /// <summary>The newest events of a stream, oldest first.</summary>
    /// <exception cref="SourceException">The host does not answer.</exception>
    public async Task<IReadOnlyList<RecentEvent>> ReadRecentAsync(string stream, CancellationToken cancellation) =>
        (await ReadRecentAsync(stream, EventPattern.All, MostEvents, cancellation).ConfigureAwait(false)).Events;

    public void Dispose() => _http.Dispose();

    private async Task<(RecentEvent[] Events, string? None)> ReadRecentAsync(string stream, string type, int most, CancellationToken cancellation)
    {
        var count = Math.Min(most, _mostNow);
        try
        {
            var path = $"recent?count={count}&length={MostOfData}&stream={Uri.EscapeDataString(stream)}&type={Uri.EscapeDataString(type)}";
            return (await GetAsync<RecentEvent>(path, cancellation).ConfigureAwait(false), null);
        }
        catch (TooLongException)
        {
            // The next answer may be short enough.
            _mostNow = Math.Max(1, count / 4);
            return ([], "its recent events are too long to read");
        }
        catch (NotFoundException)
        {
            return ([], "the host does not serve events");
        }
    }

    private async Task<T[]> GetAsync<T>(string path, CancellationToken cancellation)
        where T : class
    {
        var shownPath = $"/{ApiAnswers.Path}{path.Split('?')[0]}";
        try
        {
            using var answer = await _http.GetAsync(new Uri(_url, path), cancellation).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw Refusal(answer.StatusCode, shownPath);
            var body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var items = await JsonSerializer.DeserializeAsync<T?[]>(body, ApiAnswers.Json, cancellation).ConfigureAwait(false);
            return items?.OfType<T>().ToArray() is { } whole && whole.Length == items.Length ? whole : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new SourceException($"{Name}{shownPath} is not an answer of the HTTP API; check the URL");
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new TooLongException($"{Name}{shownPath} is longer than {LongestAnswer / 1024 / 1024} MiB");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SourceException($"{_url.Authority} did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new SourceException(Explain(fault));
        }
    }

    private string Explain(Exception fault) => (fault as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"the name {_url.Host} cannot be resolved; check the URL and DNS",
        HttpRequestError.ConnectionError when fault.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"{_url.Authority} refused the connection; is the server running?",
        HttpRequestError.ConnectionError => $"{_url.Authority} cannot be reached: {fault.GetBaseException().Message}",
        HttpRequestError.SecureConnectionError => $"TLS with {_url.Authority} failed: {fault.GetBaseException().Message}",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse => $"{_url.Authority} broke off its answer; is it an HTTP server?",
        _ => $"{Name}: {fault.GetBaseException().Message}",
    };

    private SourceException Refusal(HttpStatusCode status, string path) => status switch
    {
        HttpStatusCode.NotFound => new NotFoundException($"{Name} has no {path}; is it a host of this version that maps the HTTP API, and is its path complete (http://host/mcp-sse)?"),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new SourceException($"{Name} answered {(int)status}; pass its key with --auth-key"),
        _ => new SourceException($"{Name} answered {(int)status} at {path}"),
    };

    private sealed class NotFoundException(string message) : SourceException(message);

    private sealed class TooLongException(string message) : SourceException(message);
}
