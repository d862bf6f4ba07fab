using System.Diagnostics;
using System.Globalization;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Cluster;

/// <summary>This program a second time, as a node.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private NodeProcess(int port, Process process) => (Port, _process) = (port, process);

    public int Port { get; }

    public int Id => _process.Id;

    public double Rss
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static NodeProcess Start(int port, IEnumerable<int> seeds, int server, int ledger, int streams, string store)
    {
        var start = ThisProgram.With(
            processors: null, "node", "--port", Text(port), "--seeds", string.Join(',', seeds), "--server", Text(server), "--ledger", Text(ledger), "--streams", Text(streams), "--store", store);
        start.RedirectStandardOutput = false;
        return new NodeProcess(port, Process.Start(start)!);
    }

    /// <summary>Ends it without a word.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Lets it leave.</summary>
    public async Task LeaveAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public void Stop() => Signal("STOP");

    public void Continue() => Signal("CONT");

    /// <summary>Whether it ends by itself within a time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan limit)
    {
        await _process.WaitForExitAsync().WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.HasExited;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Text(Id)]);
        kill.WaitForExit();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
