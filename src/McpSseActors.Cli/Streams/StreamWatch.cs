using System.Collections.Concurrent;
using Akka.Actor;

namespace McpSseActors.Cli.Streams;

/// <summary>Follows the states of every stream, and tells when the last running one has ended. What it remembers does not grow with the time it runs.</summary>
internal sealed class StreamWatch
{
    private const int MostDelays = 100;

    private readonly ConcurrentDictionary<string, StreamStateChanged> _last = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Queue<double> _delays = new();
    private readonly List<(int Time, TaskCompletionSource Connected)> _awaited = [];
    private readonly Action<StreamStateChanged> _tell;
    private HashSet<string> _enabled;
    private int _connected;

    /// <summary>Watches streams.</summary>
    /// <param name="options">The streams.</param>
    /// <param name="tell">Called for each change, one after the other.</param>
    public StreamWatch(McpSseOptions options, Action<StreamStateChanged> tell)
    {
        _tell = tell;
        _enabled = EnabledOf(options);
        foreach (var stream in _enabled)
            _last[stream] = NotStarted(stream);
    }

    /// <summary>Ends when every stream has stopped or failed.</summary>
    public Task AllEnded => _allEnded.Task;

    /// <summary>Ends with the connection of that number, from 1.</summary>
    public Task ConnectedAsync(int time)
    {
        lock (_gate)
        {
            if (_connected >= time)
                return Task.CompletedTask;
            var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((time, connected));
            return connected.Task;
        }
    }

    /// <summary>
    /// The streams are others from now on. Told before they come and go: so the end of those that go, while those that come have not begun, is not
    /// the end of all.
    /// </summary>
    public void Follow(McpSseOptions options)
    {
        var named = options.Streams.Select(stream => stream.EffectiveName).ToHashSet(StringComparer.Ordinal);
        foreach (var (stream, last) in _last)
        {
            if (HasEnded(last) && !named.Contains(stream))
                _last.TryRemove(stream, out _);
        }

        var enabled = EnabledOf(options);
        foreach (var stream in enabled.Except(_enabled))
            _last[stream] = NotStarted(stream);
        _enabled = enabled;
        EndIfAllHave();
    }

    /// <summary>The newest change; null before the first.</summary>
    public StreamStateChanged? Last { get; private set; }

    /// <summary>The last 100 delays that were announced, in seconds, oldest first.</summary>
    public double[] Delays
    {
        get
        {
            lock (_gate)
                return [.. _delays];
        }
    }

    /// <summary>How long the first connection took, from the request to the answer; null when there was none.</summary>
    public TimeSpan? ConnectionTime { get; private set; }

    /// <summary>The streams that failed for good, with the reason.</summary>
    public IReadOnlyList<StreamStateChanged> Failures => [.. _last.Values.Where(change => change.NewState is ConnectionState.Failed)];

    /// <summary>Tells whether a stream in this state connects no more by itself.</summary>
    public static bool IsAtEnd(ConnectionState state) => state is ConnectionState.Stopped or ConnectionState.Failed or ConnectionState.Disabled;

    /// <summary>The actor that listens; subscribe it before the streams start.</summary>
    public Props Props() => Akka.Actor.Props.Create(() => new Listener(this));

    private void Note(StreamStateChanged change)
    {
        lock (_gate)
            Remember(change);
        _tell(change);
        if (change.NewState is ConnectionState.Connected)
            CountConnection();
        EndIfAllHave();
    }

    private void Remember(StreamStateChanged change)
    {
        if (change.RetryIn is { } delay)
            _delays.Enqueue(Math.Round(delay.TotalSeconds, 3));
        if (_delays.Count > MostDelays)
            _delays.Dequeue();
        if (change.NewState is ConnectionState.Connected && _connected == 0 && _last.GetValueOrDefault(change.Stream) is { NewState: ConnectionState.Connecting } asked)
            ConnectionTime = change.Timestamp - asked.Timestamp;
        _last[change.Stream] = Last = change;
    }

    // Who waits for a connection finds it in what was told.
    private void CountConnection()
    {
        lock (_gate)
        {
            _connected++;
            foreach (var (_, reached) in _awaited.Where(wait => _connected >= wait.Time))
                reached.TrySetResult();
            _awaited.RemoveAll(wait => _connected >= wait.Time);
        }
    }

    private void EndIfAllHave()
    {
        if (_last.Values.All(HasEnded))
            _allEnded.TrySetResult();
    }

    private static HashSet<string> EnabledOf(McpSseOptions options) =>
        options.Streams.Where(stream => stream.Enabled).Select(stream => stream.EffectiveName).ToHashSet(StringComparer.Ordinal);

    private static StreamStateChanged NotStarted(string stream) => new(stream, ConnectionState.Idle, ConnectionState.Idle, "", 0, null, default);

    private static bool HasEnded(StreamStateChanged last) => IsAtEnd(last.NewState);

    private sealed class Listener : ReceiveActor
    {
        public Listener(StreamWatch watch) => Receive<StreamStateChanged>(watch.Note);
    }
}
