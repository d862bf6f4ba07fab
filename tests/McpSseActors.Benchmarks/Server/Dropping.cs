using System.Diagnostics;
using System.Globalization;
using System.Text;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>A few events at once, and the connection is cut; the next answer goes on behind the client's last event ID.</summary>
internal static class Dropping
{
    /// <summary>
    /// The data of each event is the time of its sending (<see cref="Stopwatch.GetTimestamp"/>), so that a client can tell how long after the cut the
    /// first event of its next connection came.
    /// </summary>
    public static async Task SendAsync(Connection connection, Request request)
    {
        var first = Corpus.IndexBehind(request.LastEventId);
        var events = new StringBuilder();
        for (var index = first; index < first + request.Count("events"); index++)
            events.Append(CultureInfo.InvariantCulture, $"id: {Corpus.NumberOf(index)}\ndata: {Stopwatch.GetTimestamp()}\n\n");
        await connection.SendAsync((byte[])[.. Http.StreamHead, .. Http.Chunk(events.ToString())]);
        connection.Cut(isReset: request.Query["how"] == "rst");
    }
}
