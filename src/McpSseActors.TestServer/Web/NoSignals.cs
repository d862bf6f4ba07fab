using Microsoft.Extensions.Hosting;

namespace McpSseActors.TestServer.Web;

/// <summary>Leaves Ctrl-C to the command line: a host of this tool must not listen for it as well.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
