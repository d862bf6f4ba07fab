using System.Collections.Concurrent;
using System.Diagnostics;
using McpSseActors.TestSupport;

namespace McpSseActors.Interop.Support;

/// <summary>A process that a test started, and that ends with it.</summary>
internal sealed class Child : IDisposable
{
    private static readonly ConcurrentDictionary<Child, bool> Running = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    // A run that is ended in the middle of a test must not leave servers running.
    static Child() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var child in Running.Keys)
            child.Dispose();
    };

    public Child(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folders.Project, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        Running[this] = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has said so far.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>All of it as one text, for the message of a test that fails.</summary>
    public string Said => string.Join('\n', Lines);

    /// <summary>Waits for its end; gives its exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends it as a crash would, with all that it started.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!Running.TryRemove(this, out _))
            return;
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }
}
