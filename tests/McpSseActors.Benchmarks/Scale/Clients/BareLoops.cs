using System.Net.ServerSentEvents;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What people write by hand for many streams: one <see cref="HttpClient"/>, and a task for each stream.</summary>
internal static class BareLoops
{
    /// <summary>Connects all streams, and reads them until the process ends.</summary>
    /// <param name="url">The stream that all of them read.</param>
    /// <param name="streams">How many there are.</param>
    /// <param name="handle">Called for each event, by several threads at once.</param>
    public static Task ConnectAsync(string url, int streams, Action<SseItem<string>> handle)
    {
        var client = new HttpClient();
        return Task.WhenAll(Enumerable.Range(0, streams).Select(async _ => Read(await client.GetStreamAsync(url))));

        void Read(Stream body) => _ = Task.Run(async () =>
        {
            await foreach (var received in SseParser.Create(body).EnumerateAsync())
                handle(received);
        });
    }
}
