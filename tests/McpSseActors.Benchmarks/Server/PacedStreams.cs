using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Unicode;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>Streams by the thousand, each at an even and slow rate.</summary>
internal sealed class PacedStreams
{
    /// <summary>The digits at the beginning of the data, which are the time of the sending.</summary>
    public const int TimestampLength = 19;

    private readonly ConcurrentDictionary<string, Crowd> _crowds = new();

    /// <summary>
    /// Holds the answer until all streams of the crowd are there; then each gets its events, one HTTP chunk and one write for each. The data begin with the
    /// time of the sending, <see cref="Stopwatch.GetTimestamp"/>: the clock of the machine, the same in all processes.
    /// </summary>
    public async Task SendAsync(Connection connection, Request request)
    {
        var crowd = _crowds.GetOrAdd(request.Query["crowd"] ?? "", _ =>
            new Crowd((int)request.Number("streams", 1), request.Number("rate", 10), request.Count("events")));
        await connection.SendAsync(Http.StreamHead);
        crowd.Add(connection);
        await connection.UntilClosedAsync();
    }

    /// <summary>Streams that begin together.</summary>
    /// <param name="streams">How many they are.</param>
    /// <param name="rate">Events per second of each.</param>
    /// <param name="events">How many events each gets.</param>
    private sealed class Crowd(int streams, double rate, long events)
    {
        private readonly Connection[] _connections = new Connection[streams];
        private int _added;

        public void Add(Connection connection)
        {
            var place = Interlocked.Increment(ref _added) - 1;
            _connections[place] = connection;
            if (place == streams - 1)
                new Thread(Send) { IsBackground = true }.Start();
        }

        // One thread for all, which sleeps between two events: their times are evenly spread, and the server takes little of the processor.
        private void Send()
        {
            PreciseSleep.PrepareThread();
            var interval = Stopwatch.Frequency / (rate * streams);
            var start = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
            var buffer = new byte[256];
            try
            {
                for (var index = 0L; index < streams * events; index++)
                {
                    PreciseSleep.RoughlyUntil((long)(start + (index * interval)));
                    _connections[index % streams].Send(Render(buffer, Corpus.NumberOf(index / streams)));
                }
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                // A client that has ended early needs no more.
            }
        }

        // 105 bytes, besides HTTP's.
        private static ReadOnlySpan<byte> Render(byte[] buffer, long number)
        {
            Utf8.TryWrite(buffer.AsSpan(Http.ChunkHead), $"id: {number}\nevent: chat.message\ndata: {Stopwatch.GetTimestamp():D19} the quick brown fox jumps over the lazy dog\n\n", out var length);
            return Http.Frame(buffer, length).Span;
        }
    }
}
