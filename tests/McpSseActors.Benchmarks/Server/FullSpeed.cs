using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>Events of a corpus as fast as the client takes them.</summary>
internal static class FullSpeed
{
    /// <summary>Answers with those behind the client's last event ID, and ends.</summary>
    public static async Task SendAllAsync(Connection connection, Request request, Corpus corpus)
    {
        await SendAsync(connection, corpus, Corpus.IndexBehind(request.LastEventId), request.Count("events"));
        await connection.SendAsync(Http.LastChunk);
    }

    /// <summary>Sends the head and the events, from one index to another.</summary>
    public static async Task SendAsync(Connection connection, Corpus corpus, long first, long end)
    {
        await connection.SendAsync(Http.StreamHead);
        var buffer = new byte[Http.ChunkHead + corpus.BlockSize + Http.ChunkTail].AsMemory();
        while (first < end)
        {
            var count = corpus.Render(first, end - first, buffer.Span[Http.ChunkHead..]);
            var length = count * corpus.EventSize;
            await connection.SendAsync(corpus.IsFramed ? buffer.Slice(Http.ChunkHead, length) : Http.Frame(buffer, length));
            first += count;
        }
    }
}
