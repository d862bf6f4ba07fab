using System.Net.ServerSentEvents;

namespace McpSseActors.Tests.Dashboard;

/// <summary>The live stream of a page, as a browser reads it.</summary>
internal sealed class LiveStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private LiveStream(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _items = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
    }

    public static async Task<LiveStream> OpenAsync(DashboardHost host, string path, string? user = null)
    {
        var answer = await host.SendAsync(HttpMethod.Get, path, user);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new LiveStream(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next message; null at the end.</summary>
    public async Task<(string Name, JsonElement Data)?> NextAsync() =>
        await Within.LimitAsync(_items.MoveNextAsync().AsTask()) ? (_items.Current.EventType, JsonElement.Parse(_items.Current.Data)) : null;

    /// <summary>The next message of a name, and for which something holds.</summary>
    public async Task<JsonElement> UntilAsync(string name, Func<JsonElement, bool>? holds = null)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Name == name && holds?.Invoke(next.Data) is not false)
                return next.Data;
        }

        throw new ShouldAssertException($"the stream ended without '{name}'");
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _answer.Dispose();
    }
}
