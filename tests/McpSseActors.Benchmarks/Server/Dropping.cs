using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>A few events at once and, a moment later, the connection is cut; the next answer continues after the client's last event ID.</summary>
internal sealed class Dropping
{
    /// <summary>A thread waits no longer than this, in seconds.</summary>
    private const double LongestBlocking = 0.1;

    private readonly ConcurrentDictionary<string, CutTurns> _turns = new();

    /// <summary>
    /// The data of each event is the time of the client's cut before (<see cref="Stopwatch.GetTimestamp"/>), 0 where there was none, so that it can tell
    /// how long after it the first event of its next connection came.
    /// </summary>
    public async Task SendAsync(Connection connection, Request request)
    {
        var turns = _turns.GetOrAdd(request.Query["turns"] ?? "", _ => new CutTurns((int)request.Number("clients", 1)));
        var client = (int)request.Number("client", 0);
        var first = Corpus.IndexBehind(request.LastEventId);
        var events = new StringBuilder();
        for (var index = first; index < first + request.Count("events"); index++)
            events.Append(CultureInfo.InvariantCulture, $"id: {Corpus.NumberOf(index)}\ndata: {turns.LastCut(client)}\n\n");
        await connection.SendAsync((byte[])[.. Http.StreamHead, .. Http.Chunk(events.ToString())]);
        await turns.WaitAsync(client);
        await WaitAsync(request.Number("after", 0));
        turns.Cut(client, connection, isReset: request.Query["how"] == "rst");
    }

    private static async Task WaitAsync(double seconds)
    {
        if (seconds > LongestBlocking)
            await Task.Delay(TimeSpan.FromSeconds(seconds));
        else
            PreciseSleep.Until(Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency));
    }
}
