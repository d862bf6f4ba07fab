using Akka.Event;

namespace McpSseActors.Actors.Streams;

/// <summary>Logs once that everything is ready: when every stream of the start has had its first success or failure.</summary>
internal sealed class StartReport(IReadOnlyCollection<string> streams, ILoggingAdapter log)
{
    private readonly HashSet<string> _pending = new(streams, StringComparer.Ordinal);
    private int _connected;

    public void Note(StreamStateChanged change)
    {
        if (change.NewState is ConnectionState.Connecting or ConnectionState.Idle || !_pending.Remove(change.Stream))
            return;
        _connected += change.NewState is ConnectionState.Connected ? 1 : 0;
        if (_pending.Count > 0)
            return;
        if (_connected == streams.Count)
            log.Info("MCP SSE is ready: {Connected} of {Streams} stream(s) connected", _connected, streams.Count);
        else
            log.Warning("MCP SSE has started, but only {Connected} of {Streams} stream(s) connected at the first attempt", _connected, streams.Count);
    }
}
