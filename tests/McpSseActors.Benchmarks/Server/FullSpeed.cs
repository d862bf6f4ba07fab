using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>Events of a corpus as fast as the client takes them.</summary>
internal static class FullSpeed
{
    /// <summary>Answers with the events after the client's last event ID, or from the first that is asked for, and ends.</summary>
    public static async Task SendAllAsync(Connection connection, Request request, Corpus corpus)
    {
        var pause = TimeSpan.FromSeconds(request.Number("after", 0));
        var first = Math.Max((long)request.Number("first", 0), Corpus.IndexBehind(request.LastEventId));
        await SendAsync(connection, corpus, first, request.Count("events"), pause);
        await connection.SendAsync(Http.LastChunk);
    }

    /// <summary>Sends the head and, after a pause, the events, from one index to another.</summary>
    public static async Task SendAsync(Connection connection, Corpus corpus, long first, long end, TimeSpan pause = default)
    {
        await connection.SendAsync(Http.StreamHead);
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause);
        var buffer = new byte[Http.ChunkHead + corpus.BlockSize + Http.ChunkTail].AsMemory();
        while (first < end)
        {
            var count = corpus.Render(first, end - first, buffer.Span[Http.ChunkHead..]);
            var length = count * corpus.WireSize;
            await connection.SendAsync(corpus.IsFramed ? buffer.Slice(Http.ChunkHead, length) : Http.Frame(buffer, length));
            first += count;
        }
    }
}
