using System.Collections.Concurrent;
using Akka.Actor;
using McpSseActors.Configuration;
using McpSseActors.Messages;

namespace McpSseActors.Cli.Streams;

/// <summary>Remembers the state changes of every stream, and tells when the last running one has ended.</summary>
internal sealed class StreamWatch
{
    private readonly ConcurrentDictionary<string, StreamStateChanged> _last = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<StreamStateChanged> _changes = new();
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _connections = new();
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
    public Task ConnectedAsync(int time) => ConnectionOf(time).Task;

    /// <summary>
    /// The streams are others from now on. Told before they come and go: so the end of those that go, while those that come have not begun, is not
    /// the end of all.
    /// </summary>
    public void Follow(McpSseOptions options)
    {
        var named = options.Streams.Select(stream => stream.Name).ToHashSet(StringComparer.Ordinal);
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

    /// <summary>All changes so far, oldest first.</summary>
    public IReadOnlyCollection<StreamStateChanged> Changes => _changes;

    /// <summary>The delays that were announced, in seconds, oldest first.</summary>
    public double[] Delays => [.. _changes.Where(change => change.RetryIn is not null).Select(change => Math.Round(change.RetryIn!.Value.TotalSeconds, 3))];

    /// <summary>How long the first connection took, from the request to the answer; null when there was none.</summary>
    public TimeSpan? ConnectionTime
    {
        get
        {
            var answered = _changes.FirstOrDefault(change => change.NewState is ConnectionState.Connected);
            var asked = _changes.LastOrDefault(change => change.NewState is ConnectionState.Connecting && change.Stream == answered?.Stream && change.Timestamp <= answered.Timestamp);
            return answered?.Timestamp - asked?.Timestamp;
        }
    }

    /// <summary>The streams that failed for good, with the reason.</summary>
    public IReadOnlyList<StreamStateChanged> Failures => [.. _last.Values.Where(change => change.NewState is ConnectionState.Failed)];

    /// <summary>The actor that listens; subscribe it before the streams start.</summary>
    public Props Props() => Akka.Actor.Props.Create(() => new Listener(this));

    private void Note(StreamStateChanged change)
    {
        _changes.Enqueue(change);
        _last[change.Stream] = change;
        _tell(change);
        if (change.NewState is ConnectionState.Connected)
            ConnectionOf(++_connected).TrySetResult();
        EndIfAllHave();
    }

    private void EndIfAllHave()
    {
        if (_last.Values.All(HasEnded))
            _allEnded.TrySetResult();
    }

    private static HashSet<string> EnabledOf(McpSseOptions options) =>
        options.Streams.Where(stream => stream.Enable).Select(stream => stream.Name).ToHashSet(StringComparer.Ordinal);

    private static StreamStateChanged NotStarted(string stream) => new(stream, ConnectionState.Idle, ConnectionState.Idle, "", 0, null, default);

    private TaskCompletionSource ConnectionOf(int time) =>
        _connections.GetOrAdd(time, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private static bool HasEnded(StreamStateChanged last) =>
        last.NewState is ConnectionState.Stopped or ConnectionState.Failed or ConnectionState.Disabled;

    private sealed class Listener : ReceiveActor
    {
        public Listener(StreamWatch watch) => Receive<StreamStateChanged>(watch.Note);
    }
}
