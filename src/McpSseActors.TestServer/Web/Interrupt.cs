using System.Runtime.InteropServices;

namespace McpSseActors.TestServer.Web;

/// <summary>
/// Turns the first Ctrl-C (or SIGTERM, or SIGHUP: the terminal is closed) into a polite request to end; a second one ends the process at once. What comes in the same moment is the
/// same wish: a supervisor may signal the process and its group.
/// </summary>
public sealed class Interrupt : IDisposable
{
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _asked = new();
    private readonly TimeProvider _time;
    private readonly PosixSignalRegistration[] _signals;
    private long _askedAt;

    public Interrupt(TimeProvider time)
    {
        _time = time;
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _asked.Dispose();
    }

    /// <summary>Takes a signal. Gives false for one that shall do what it does to any process.</summary>
    public bool Take()
    {
        if (_asked.IsCancellationRequested)
            return _time.GetElapsedTime(_askedAt) < SameMoment;
        _askedAt = _time.GetTimestamp();
        _asked.Cancel();
        return true;
    }

    private void OnSignal(PosixSignalContext signal) => signal.Cancel = Take();
}
