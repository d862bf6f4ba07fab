using System.Net.Http.Headers;

namespace McpSseActors.Tests.Cli.Demo;

/// <summary>Reads an event stream line by line, without the library: a second opinion on the demo server.</summary>
internal sealed class SseReader : IDisposable
{
    private static readonly TimeSpan Patience = Within.Limit;
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _patience = new(Patience);
    private StreamReader? _lines;

    public List<string> Comments { get; } = [];

    public string? Retry { get; private set; }

    public async Task<HttpResponseMessage> OpenAsync(Uri url, string? lastEventId = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await OpenAsync(request);
    }

    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request)
    {
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _patience.Token);
        _lines = new StreamReader(await response.Content.ReadAsStreamAsync(_patience.Token));
        return response;
    }

    /// <summary>The next whole event; null once the connection is broken or ended.</summary>
    public async Task<(string Id, string Type, string Data)?> NextAsync()
    {
        string id = "", type = "", data = "";
        while (await LineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            else if (line.StartsWith("retry: ", StringComparison.Ordinal)) Retry = line[7..];
            else if (line.StartsWith(':')) Comments.Add(line);
            else if (data.Length > 0) return (id, type, data);
        }

        return null;
    }

    public async Task<List<string>> IdsAsync(int atMost)
    {
        var ids = new List<string>();
        while (ids.Count < atMost && await NextAsync() is { } received)
            ids.Add(received.Id);
        return ids;
    }

    public void Dispose()
    {
        _lines?.Dispose();
        _http.Dispose();
        _patience.Dispose();
    }

    /// <summary>The next line; null at the end, however the end came.</summary>
    public async Task<string?> LineAsync()
    {
        try
        {
            return await _lines!.ReadLineAsync(_patience.Token);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            return null;
        }
    }
}
