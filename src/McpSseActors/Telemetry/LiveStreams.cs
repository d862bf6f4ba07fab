using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace McpSseActors.Telemetry;

/// <summary>The streams that are observed now, of every actor system of the process. Thread-safe.</summary>
internal static class LiveStreams
{
    private static readonly (ConnectionState State, string Name)[] AllStates =
    [
        (ConnectionState.Disabled, "disabled"),
        (ConnectionState.Idle, "idle"),
        (ConnectionState.Connecting, "connecting"),
        (ConnectionState.Connected, "connected"),
        (ConnectionState.BackingOff, "backing_off"),
        (ConnectionState.Stopped, "stopped"),
        (ConnectionState.Failed, "failed"),
    ];

    private static readonly ConcurrentDictionary<StreamMetrics, Func<(ConnectionState State, long InFlight, long StoppedHandlers)>> Readings = new();

    public static void Add(StreamMetrics stream, Func<(ConnectionState State, long InFlight, long StoppedHandlers)> read) => Readings[stream] = read;

    public static void Remove(StreamMetrics stream) => Readings.TryRemove(stream, out _);

    public static IEnumerable<Measurement<long>> States()
    {
        foreach (var (stream, read) in Readings)
        {
            var now = read().State;
            foreach (var (state, name) in AllStates)
                yield return new Measurement<long>(state == now ? 1 : 0, stream.With((Attributes.State, name)));
        }
    }

    public static IEnumerable<Measurement<long>> InFlight()
    {
        foreach (var (stream, read) in Readings)
            yield return new Measurement<long>(read().InFlight, stream.With());
    }

    public static IEnumerable<Measurement<long>> StoppedHandlers()
    {
        foreach (var (stream, read) in Readings)
            yield return new Measurement<long>(read().StoppedHandlers, stream.With());
    }
}
