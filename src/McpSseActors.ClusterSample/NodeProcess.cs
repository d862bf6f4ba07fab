using System.Diagnostics;

namespace McpSseActors.ClusterSample;

/// <summary>This program a second time, as a node. It ends with the demo, however that ends.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;

    private NodeProcess(string name, Process process) => (Name, _process) = (name, process);

    /// <summary>Such as <c>node 2</c>.</summary>
    public string Name { get; }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <param name="name">The name of the node.</param>
    /// <param name="arguments">Those of <see cref="Node.RunAsync"/>.</param>
    /// <param name="handled">Told of each line of its handler.</param>
    /// <param name="ended">Told when it has ended.</param>
    public static NodeProcess Start(string name, string[] arguments, Action<NodeProcess, string> handled, Action<NodeProcess> ended)
    {
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Node).Assembly.Location] : [];
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(Environment.ProcessPath!, [.. program, "node", .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
            EnableRaisingEvents = true,
        };
        var node = new NodeProcess(name, process);
        process.OutputDataReceived += (_, line) => handled(node, line.Data ?? "");
        process.Exited += (_, _) => ended(node);
        process.Start();
        process.BeginOutputReadLine();
        return node;
    }

    /// <summary>Ends it as a crash does: <c>kill -9</c>.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Lets it leave the cluster: it hands its streams over first.</summary>
    public void Leave() => _process.StandardInput.Close();

    public Task HasEndedAsync() => _process.WaitForExitAsync();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
