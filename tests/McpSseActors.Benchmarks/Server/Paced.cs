using System.Diagnostics;
using System.Globalization;
using System.Text;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>One event at a time at an even rate, each in a separate HTTP chunk and write.</summary>
internal static class Paced
{
    /// <summary>The type of the last event: its data say how many were late, and by how much at the most.</summary>
    public const string VerdictType = "pace";

    /// <summary>An event that is sent so long after its time is late.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// The data of each event is the time of its sending, <see cref="Stopwatch.GetTimestamp"/>: the clock of the machine, the same in all processes.
    /// The last event, of type <c>pace</c>, says how well the rate was kept.
    /// </summary>
    public static Task SendAsync(Connection connection, Request request) =>
        Task.Factory.StartNew(() => Send(connection, request.Number("rate", 1000), request.Count("events")), TaskCreationOptions.LongRunning);

    private static void Send(Connection connection, double rate, long events)
    {
        PreciseSleep.PrepareThread();
        connection.Send(Http.StreamHead);
        var interval = Stopwatch.Frequency / rate;
        var start = Stopwatch.GetTimestamp() + interval;
        var (late, worst) = (0L, 0L);
        var buffer = new byte[256];
        for (var index = 0L; index < events; index++)
        {
            var due = (long)(start + (index * interval));
            PreciseSleep.Until(due);
            var now = Stopwatch.GetTimestamp();
            var delay = now - due;
            worst = Math.Max(worst, delay);
            if (Stopwatch.GetElapsedTime(due, now) > Tolerance)
                late++;
            connection.Send(Render(buffer, Corpus.NumberOf(index), now));
        }

        var verdict = string.Create(CultureInfo.InvariantCulture, $$"""{"late":{{late}},"worst_us":{{worst * 1e6 / Stopwatch.Frequency:0}}}""");
        connection.Send(Http.Chunk($"event: {VerdictType}\ndata: {verdict}\n\n"));
        connection.Send(Http.LastChunk);
    }

    private static ReadOnlySpan<byte> Render(byte[] buffer, long number, long timestamp)
    {
        Encoding.UTF8.TryGetBytes($"id: {number}\ndata: {timestamp}\n\n", buffer.AsSpan(Http.ChunkHead), out var length);
        return Http.Frame(buffer, length).Span;
    }
}
