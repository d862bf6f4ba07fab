using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using McpSseActors.Cli.Web;

namespace McpSseActors.Cli.DeadLetters;

/// <summary>A running host, which has its letters retried and discarded: <c>mcp-sse run --stats-port</c>, or another that maps the HTTP API.</summary>
internal sealed class LetterHost : ILetterSource
{
    private const int PageLength = 100;
    private const int MostOfData = 1024 * 1024;

    // A host answers a retry within half of its ask-timeout.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri _url;
    private readonly HttpClient _http;

    /// <summary>Attaches to a host.</summary>
    /// <param name="url">Where its API is.</param>
    /// <param name="authKey">Sent as the bearer token; empty for none.</param>
    public LetterHost(Uri url, string authKey)
    {
        _url = ApiAnswers.Base(url);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !url.IsLoopback }) { Timeout = Patience };
        _http.DefaultRequestHeaders.Add("X-Mcp-Sse", "1");
        if (ApiAnswers.KeyFor(url, authKey) is { Length: > 0 } key)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public string RetriesWhen => "now";

    // A list has no data, so letters that are asked for by their IDs are asked for one by one.
    public async Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, int count, CancellationToken cancellation)
    {
        var found = new List<Letter>();
        var next = (string?)"";
        while (next is not null && found.Count < count)
        {
            var path = $"dead-letters?{QueryOf(filter)}&count={Math.Min(count - found.Count, PageLength)}&after={next}";
            var page = await GetAsync<LetterPage>(path, cancellation).ConfigureAwait(false);
            found.AddRange(page.Letters);
            next = page.Next;
        }

        if (filter.Id is null)
            return [.. found.Select(letter => letter.ToLetter())];
        var whole = found.Select(letter => GetAsync<Letter>($"dead-letters/{letter.Id}?length={MostOfData}", cancellation));
        return [.. (await Task.WhenAll(whole).ConfigureAwait(false)).Select(letter => letter.ToLetter())];
    }

    public async Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        (await GetAsync<LetterPage>($"dead-letters?{QueryOf(filter)}&count=0", cancellation).ConfigureAwait(false)).Count;

    public async Task<RetriedLetters> RetryAsync(DeadLetterFilter filter, CancellationToken cancellation)
    {
        var retried = await PostAsync<DeadLettersRetried>("retry", filter, cancellation).ConfigureAwait(false);
        return new RetriedLetters(0, retried.Handled, retried.UnderWay, retried.Failed, retried.Faults) { MissingNodes = retried.MissingNodes };
    }

    public async Task<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        (await PostAsync<Discarded>("discard", filter, cancellation).ConfigureAwait(false)).Count;

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string QueryOf(DeadLetterFilter filter)
    {
        var parts = new List<string>();
        Add("id", filter.Id);
        Add("stream", filter.Stream);
        Add("handler", filter.Handler);
        Add("type", filter.EventType);
        Add("since", filter.Since?.ToString("O", CultureInfo.InvariantCulture));
        Add("until", filter.Until?.ToString("O", CultureInfo.InvariantCulture));
        return string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    private Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        AskAsync<T>(() => _http.GetAsync(new Uri(_url, path), cancellation), cancellation);

    // An ID may be the beginning of one, so it was looked up before.
    private Task<T> PostAsync<T>(string what, DeadLetterFilter filter, CancellationToken cancellation)
    {
        object body = filter.Id is { } id
            ? new { Ids = new[] { id } }
            : new { Filter = new { filter.Stream, filter.Handler, Type = filter.EventType, filter.Since, filter.Until } };
        return AskAsync<T>(() => _http.PostAsJsonAsync(new Uri(_url, $"dead-letters/{what}"), body, ApiAnswers.Json, cancellation), cancellation);
    }

    private async Task<T> AskAsync<T>(Func<Task<HttpResponseMessage>> ask, CancellationToken cancellation)
    {
        var name = SecretRedactor.RedactUrl(_url.AbsoluteUri).TrimEnd('/');
        try
        {
            using var answer = await ask().ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return await answer.Content.ReadFromJsonAsync<T>(ApiAnswers.Json, cancellation).ConfigureAwait(false) ?? throw new JsonException();
            throw Failure(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? $"{name} answered {(int)answer.StatusCode}; pass its key with --auth-key"
                : $"{name} answered {(int)answer.StatusCode}; check that it is 'mcp-sse run --stats-port', or maps the HTTP API");
        }
        catch (JsonException)
        {
            throw Failure($"{name} is not 'mcp-sse run --stats-port'; check the URL");
        }
        catch (HttpRequestException fault)
        {
            throw Failure($"cannot reach {name}: {fault.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure($"{name} did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static CliException Failure(string what) => new(ExitCodes.Failed, $"{what}.");

    private sealed record Discarded([property: System.Text.Json.Serialization.JsonPropertyName("discarded")] int Count);
}
