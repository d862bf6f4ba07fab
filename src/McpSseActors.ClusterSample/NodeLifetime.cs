using System.Runtime.InteropServices;

namespace McpSseActors.ClusterSample;

/// <summary>A node leaves the cluster with SIGTERM, or when the demo closes its input. Ctrl-C, which a terminal sends to all, is for the demo.</summary>
internal sealed class NodeLifetime(IHostApplicationLifetime host) : IHostLifetime, IDisposable
{
    private readonly PosixSignalRegistration _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);

    private readonly PosixSignalRegistration _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        host.StopApplication();
    });

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(
            async () =>
            {
                await Console.In.ReadToEndAsync(CancellationToken.None);
                host.StopApplication();
            },
            CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }
}
