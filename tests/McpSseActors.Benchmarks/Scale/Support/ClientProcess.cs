using System.Diagnostics;
using System.Text.Json;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>
/// A measured client: this program a second time, so that its memory and its processor time are its own. It ends with its input, so also when
/// this process is killed.
/// </summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private ClientProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a client.</summary>
    /// <param name="client">Its name under <c>scale client</c>.</param>
    /// <param name="settings">What it is to do.</param>
    /// <param name="processors">The processors that it may run on, as <c>taskset</c> names them; null for all.</param>
    public static ClientProcess Start<T>(string client, T settings, string? processors = null) =>
        new(Process.Start(ThisProgram.With(processors, "scale", "client", client, JsonSerializer.Serialize(settings)))!);

    /// <summary>What it tells next.</summary>
    /// <exception cref="InvalidOperationException">It has ended, or hangs.</exception>
    public async Task<T> HearAsync<T>(CancellationToken ending)
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync(ending).AsTask().WaitAsync(Patience, ending) is { } line
                ? JsonSerializer.Deserialize<T>(line)!
                : throw new InvalidOperationException("A measured client ended early; what it wrote to standard error says why.");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"A measured client said nothing for {Patience.TotalMinutes} minutes.");
        }
    }

    /// <summary>Tells it to go on.</summary>
    public Task GoOnAsync() => _process.StandardInput.WriteLineAsync();

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeToEnd);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
