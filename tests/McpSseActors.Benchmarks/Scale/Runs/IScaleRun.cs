using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Scale.Support;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>A measurement of <c>scale</c>.</summary>
internal interface IScaleRun
{
    /// <summary>Measures; says on the console how far it is.</summary>
    /// <param name="server">The server that its clients read from.</param>
    /// <param name="ending">Cancelled by Ctrl-C.</param>
    Task<Report> RunAsync(ServerProcess server, CancellationToken ending);
}
