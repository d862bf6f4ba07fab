using System.Runtime.InteropServices;

namespace McpSseActors.Cli;

/// <summary>Turns the first Ctrl-C (or SIGTERM) into a polite request to end; the second one ends the process at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interrupt() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _asked.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        // Left uncancelled, the second signal does what it does to any process.
        signal.Cancel = !_asked.IsCancellationRequested;
        _asked.Cancel();
    }
}
