using System.Diagnostics;
using System.Globalization;
using System.Text;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>A few events at once and, a moment later, the connection is cut; the next answer goes on behind the client's last event ID.</summary>
internal static class Dropping
{
    private static long _lastCut;

    /// <summary>
    /// The data of each event is the time of the cut before (<see cref="Stopwatch.GetTimestamp"/>), 0 where there was none, so that a client that is
    /// alone can tell how long after it the first event of its next connection came.
    /// </summary>
    public static async Task SendAsync(Connection connection, Request request)
    {
        var first = Corpus.IndexBehind(request.LastEventId);
        var events = new StringBuilder();
        for (var index = first; index < first + request.Count("events"); index++)
            events.Append(CultureInfo.InvariantCulture, $"id: {Corpus.NumberOf(index)}\ndata: {_lastCut}\n\n");
        await connection.SendAsync((byte[])[.. Http.StreamHead, .. Http.Chunk(events.ToString())]);
        await Task.Delay(TimeSpan.FromSeconds(request.Number("after", 0)));
        _lastCut = Stopwatch.GetTimestamp();
        connection.Cut(isReset: request.Query["how"] == "rst");
    }
}
