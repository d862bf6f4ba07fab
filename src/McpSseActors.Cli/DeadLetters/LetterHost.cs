using System.Net.Http.Json;
using System.Text.Json;
using McpSseActors.Cli.Stats;

namespace McpSseActors.Cli.DeadLetters;

/// <summary>A running <c>mcp-sse run --stats-port</c>, which has its letters retried and discarded.</summary>
internal sealed class LetterHost : ILetterSource
{
    // A host answers a retry within half of its ask-timeout.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri _url;
    private readonly HttpClient _http;

    public LetterHost(Uri url)
    {
        _url = new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !url.IsLoopback }) { Timeout = Patience };
        _http.DefaultRequestHeaders.Add(LetterDoor.Header, "1");
    }

    public string RetriesWhen => "now";

    public async Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, int count, CancellationToken cancellation)
    {
        var found = new List<StoredDeadLetter>();
        var next = (string?)"";
        while (next is not null && found.Count < count)
        {
            var page = await AskAsync<DeadLetterList>("list", new LetterQuery(filter, Math.Min(count - found.Count, 100), next), cancellation).ConfigureAwait(false);
            found.AddRange(page.Letters);
            next = page.Next;
        }

        return found;
    }

    public async Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        (await AskAsync<DeadLetterCount>("count", new LetterQuery(filter), cancellation).ConfigureAwait(false)).Count;

    public async Task<RetriedLetters> RetryAsync(DeadLetterFilter filter, CancellationToken cancellation)
    {
        var retried = await AskAsync<DeadLettersRetried>("retry", new LetterQuery(filter), cancellation).ConfigureAwait(false);
        return new RetriedLetters(0, retried.Handled, retried.UnderWay, retried.Failed, retried.Faults);
    }

    public async Task<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        (await AskAsync<DeadLettersDiscarded>("discard", new LetterQuery(filter), cancellation).ConfigureAwait(false)).Count;

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<T> AskAsync<T>(string what, LetterQuery query, CancellationToken cancellation)
    {
        var name = SecretRedactor.RedactUrl(_url.AbsoluteUri).TrimEnd('/');
        try
        {
            using var answer = await _http.PostAsJsonAsync(new Uri(_url, $"dead-letters/{what}"), query, StatsJson.Options, cancellation).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return await answer.Content.ReadFromJsonAsync<T>(StatsJson.Options, cancellation).ConfigureAwait(false) ?? throw new JsonException();
            throw Failure($"{name} answered {(int)answer.StatusCode}; check that it is 'mcp-sse run --stats-port'");
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
}
