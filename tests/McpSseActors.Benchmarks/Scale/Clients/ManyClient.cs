using System.Diagnostics;
using System.Globalization;
using McpSseActors.Benchmarks.Server;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What a client does that has many streams, each with an event now and then.</summary>
/// <param name="Url">The stream that all of them read.</param>
/// <param name="Kind">Which client.</param>
/// <param name="Streams">How many there are.</param>
/// <param name="WarmUp">How many events of all streams do not count at the beginning.</param>
/// <param name="Events">How many events of all streams count.</param>
internal sealed record ManySettings(string Url, ClientKind Kind, int Streams, long WarmUp, long Events);

/// <summary>How long events took from the server to the handler, in microseconds, and what the garbage collector did meanwhile.</summary>
/// <param name="P50">The median.</param>
/// <param name="P90">90 % took no longer.</param>
/// <param name="P99">99 % took no longer.</param>
/// <param name="P999">99.9 % took no longer.</param>
/// <param name="Collections">How often it collected.</param>
/// <param name="Pause">How long it stopped the process at a time, in microseconds.</param>
/// <param name="Allocated">Bytes that were allocated for an event.</param>
internal sealed record ManyResult(double P50, double P90, double P99, double P999, double Collections, double Pause, double Allocated);

/// <summary>Times each event of many streams. Tells when the warm-up is over, and then the result.</summary>
internal static class ManyClient
{
    public static async Task RunAsync(ManySettings settings, Parent parent)
    {
        var times = new ManyTimes(settings);
        await (settings.Kind is ClientKind.Bare
            ? BareLoops.ConnectAsync(settings.Url, settings.Streams, received =>
                times.Add(long.Parse(received.Data.AsSpan(0, PacedStreams.TimestampLength), CultureInfo.InvariantCulture)))
            : LibraryHost.ConnectAsync(settings.Streams, settings.Url, mcp => mcp.AddHandler(
                (McpEvent received) => times.Add(long.Parse(received.Utf8Data.Span[..PacedStreams.TimestampLength], CultureInfo.InvariantCulture)))));
        await times.Warm;
        Parent.Tell(new Stage(Stage.Warm));
        Parent.Tell(await times.Result);
        await parent.Gone;
    }

    /// <summary>Counts how many events took how long; used by many threads at once, and small, as it is a part of the client's memory.</summary>
    private sealed class ManyTimes(ManySettings settings)
    {
        private readonly TaskCompletionSource _warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<ManyResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>By microseconds, up to a second.</summary>
        private readonly int[] _counts = new int[1_000_000];
        private long _events;
        private Memory _before;

        public Task Warm => _warm.Task;

        public Task<ManyResult> Result => _result.Task;

        public void Add(long sent)
        {
            var micros = (int)Math.Min(Stopwatch.GetElapsedTime(sent).TotalMicroseconds, _counts.Length - 1);
            var number = Interlocked.Increment(ref _events);
            if (number > settings.WarmUp)
                Interlocked.Increment(ref _counts[micros]);
            if (number == settings.WarmUp)
            {
                _before = Memory.Now;
                _warm.SetResult();
            }

            if (number == settings.WarmUp + settings.Events)
                _result.SetResult(Count(Memory.Now));
        }

        private ManyResult Count(Memory now) => new(Percentile(0.5), Percentile(0.9), Percentile(0.99), Percentile(0.999), now.Collections - _before.Collections,
            (now.Pause - _before.Pause).TotalMicroseconds / Math.Max(1, now.Collections - _before.Collections), (now.Allocated - _before.Allocated) / (double)settings.Events);

        private int Percentile(double share)
        {
            var (below, micros) = (0L, 0);
            while (micros < _counts.Length - 1 && (below += _counts[micros]) < settings.Events * share)
                micros++;
            return micros;
        }

        private readonly record struct Memory(int Collections, TimeSpan Pause, long Allocated)
        {
            public static Memory Now => new(GC.CollectionCount(0), GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());
        }
    }
}
