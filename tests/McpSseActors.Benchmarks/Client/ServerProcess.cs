using System.Diagnostics;
using System.Globalization;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Benchmarks.Client;

/// <summary>This program a second time, as <c>serve</c>. It ends with its input, so also when this process is killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly int _port;

    private ServerProcess(Process process, int port)
    {
        _process = process;
        _port = port;
    }

    /// <summary>The processor time that the server has taken until now.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="processors">The processors that it may run on, as <c>taskset</c> names them; null for all.</param>
    public static async Task<ServerProcess> StartAsync(string? processors = null)
    {
        var start = ThisProgram.With(processors, "serve");
        // One thread waits for the sockets and sends as well: no event is delayed by a change of threads.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))
            ?? throw new InvalidOperationException("The server ended before it listened.");
        return new ServerProcess(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>The URL of a path that <c>serve --help</c> lists, such as <c>/events?corpus=small&amp;events=1000</c>.</summary>
    public Uri Address(FormattableString pathAndQuery) => new($"http://127.0.0.1:{_port}{FormattableString.Invariant(pathAndQuery)}");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
