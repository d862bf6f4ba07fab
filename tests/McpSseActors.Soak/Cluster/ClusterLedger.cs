using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace McpSseActors.Soak.Cluster;

/// <summary>What the nodes handled, kept outside of them: every event, by whom, and how long each stream was silent.</summary>
internal sealed class ClusterLedger : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Lock _gate = new();
    private readonly Entry[] _streams;

    public ClusterLedger(int streams, IPAddress address)
    {
        _listener = new TcpListener(address, 0);
        _streams = [.. Enumerable.Range(0, streams).Select(_ => new Entry())];
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public long Repeats => Sum(stream => stream.Repeats);

    public long Handled => Sum(stream => stream.Distinct);

    public long Disorders => Sum(stream => stream.Disorders);

    /// <summary>The lowest number that any stream has come to.</summary>
    public long Slowest => Read(streams => streams.Min(stream => stream.Highest));

    /// <summary>The events up to a number that no handler had.</summary>
    public long Lost(long newest) => Sum(stream => newest - stream.CountUpTo(newest));

    /// <summary>The streams that a process handled last.</summary>
    public int[] StreamsOf(int process) => Read(streams => streams.Index().Where(each => each.Item.Process == process).Select(each => each.Index).ToArray());

    /// <summary>Whether some streams have been handled by another process since.</summary>
    public bool HaveLeft(IEnumerable<int> streams, int process) => Read(all => streams.All(stream => all[stream].Process != process));

    /// <summary>Measures silences from now on.</summary>
    public void BeginSilences() => Read(streams =>
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var stream in streams)
            (stream.Longest, stream.HandledAt) = (TimeSpan.Zero, Math.Max(stream.HandledAt, now));
        return 0;
    });

    /// <summary>The longest silence of any stream since.</summary>
    public TimeSpan LongestSilence => Read(streams => streams.Max(stream => stream.Longest));

    public void Dispose() => _listener.Dispose();

    private long Sum(Func<Entry, long> of) => Read(streams => streams.Sum(of));

    private T Read<T>(Func<Entry[], T> of)
    {
        lock (_gate)
            return of(_streams);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptTcpClientAsync();
                _ = Task.Factory.StartNew(() => Read(connection), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
        }
    }

    private void Read(TcpClient connection)
    {
        using var _ = connection;
        using var reader = new StreamReader(connection.GetStream());
        var process = 0;
        var previous = new Dictionary<int, long>();
        try
        {
            while (reader.ReadLine() is { } line)
            {
                var parts = line.Split(' ');
                if (parts is ["node", _, var id])
                    process = int.Parse(id, CultureInfo.InvariantCulture);
                else if (parts is [var stream, var number, "0" or "1"])
                    Add(process, int.Parse(stream.AsSpan(1), CultureInfo.InvariantCulture), long.Parse(number, CultureInfo.InvariantCulture), previous);
            }
        }
        catch (IOException)
        {
            // The process was killed.
        }
    }

    // A process that gets a stream back resumes where it or another has been: a repeat isn't a disorder.
    private void Add(int process, int name, long number, Dictionary<int, long> previous)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            var stream = _streams[name];
            if (stream.Process == process && previous.TryGetValue(name, out var before) && number > before + 1)
                stream.Disorders++;
            previous[name] = number;
            if (stream.HandledAt > 0 && Stopwatch.GetElapsedTime(stream.HandledAt, now) is var silence && silence > stream.Longest)
                stream.Longest = silence;
            (stream.Process, stream.HandledAt) = (process, now);
            stream.Add(number);
        }
    }

    private sealed class Entry
    {
        private readonly HashSet<long> _beyond = [];

        public int Process { get; set; }

        public long HandledAt { get; set; }

        public TimeSpan Longest { get; set; }

        public long Disorders { get; set; }

        public long Repeats { get; private set; }

        /// <summary>Every event up to this was handled.</summary>
        public long Low { get; private set; }

        public long Highest { get; private set; }

        public long Distinct => Low + _beyond.Count;

        public long CountUpTo(long newest) => Math.Min(Low, newest) + _beyond.Count(number => number <= newest);

        public void Add(long number)
        {
            Highest = Math.Max(Highest, number);
            if (number <= Low || !_beyond.Add(number))
                Repeats++;
            while (_beyond.Remove(Low + 1))
                Low++;
        }
    }
}
