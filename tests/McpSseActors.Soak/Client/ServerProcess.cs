using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using McpSseActors.Soak.Commands;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Client;

/// <summary>This program a second time, as <c>serve</c>. It ends with its input, so also when this process is killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TextWriter _input;
    private ServerReport? _report;

    private ServerProcess(FaultServerSettings settings)
    {
        var start = ThisProgram.With(
            processors: null,
            "serve",
            "--rate", settings.Rate.ToString(CultureInfo.InvariantCulture),
            "--fault-every", string.Create(CultureInfo.InvariantCulture, $"{settings.FaultEvery.TotalMilliseconds}ms"),
            "--seed", settings.Seed.ToString(CultureInfo.InvariantCulture));
        _process = Process.Start(start)!;
        _input = TextWriter.Synchronized(_process.StandardInput);
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
    }

    /// <summary>What the server said last.</summary>
    public FaultServerStatus Status => Volatile.Read(ref _report)!.Server;

    /// <summary>What its process has counted.</summary>
    public HandledCount Handled => Volatile.Read(ref _report)!.Handled;

    public static async Task<ServerProcess> StartAsync(FaultServerSettings settings)
    {
        var server = new ServerProcess(settings);
        await server._listening.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return server;
    }

    /// <summary>Lets it make no more events and faults; what there is, is still sent.</summary>
    public Task FinishAsync() => _input.WriteLineAsync(ServeCommand.Finish);

    /// <summary>Has it count an event that was handled.</summary>
    public void Count(long number) => _input.WriteLine(number.ToString(CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            _listening.TrySetException(new InvalidOperationException("The server ended before it listened."));
            return;
        }

        Volatile.Write(ref _report, JsonSerializer.Deserialize<ServerReport>(line));
        _listening.TrySetResult();
    }
}
