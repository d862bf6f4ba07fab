using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Cluster;

/// <summary>This program a second time, as a node.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private const int MostLines = 20;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    private NodeProcess(int port, Process process)
    {
        (Port, _process) = (port, process);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
    }

    public int Port { get; }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of its log.</summary>
    public string LastWords => string.Join(Environment.NewLine, _log);

    public double Rss
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="enter">What precedes its command line.</param>
    /// <param name="host">Its address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="seeds">The addresses and ports of the nodes that it joins.</param>
    /// <param name="home">The address of server and ledger.</param>
    /// <param name="server">The port of the server.</param>
    /// <param name="ledger">The port of the ledger.</param>
    /// <param name="streams">The number of streams.</param>
    /// <param name="store">The connection string of PostgreSQL.</param>
    public static NodeProcess Start(
        string[] enter, string host, int port, IEnumerable<string> seeds, string home, int server, int ledger, int streams, string store)
    {
        var start = ThisProgram.With(
            processors: null, "node", "--host", host, "--port", Text(port), "--seeds", string.Join(',', seeds), "--home", home, "--server",
                Text(server), "--ledger", Text(ledger), "--streams", Text(streams), "--store", store);
        if (enter is [var program, .. var rest])
            start = new ProcessStartInfo(program, [.. rest, start.FileName, .. start.ArgumentList]) { RedirectStandardInput = true };
        start.RedirectStandardOutput = true;
        return new NodeProcess(port, Process.Start(start)!);
    }

    /// <summary>Ends it without a word.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Lets it leave, as a host does that is stopped.</summary>
    public async Task LeaveAsync()
    {
        Signal("TERM");
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

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _log.Enqueue(line);
        while (_log.Count > MostLines)
            _log.TryDequeue(out var _);
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Text(Id)]);
        kill.WaitForExit();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
