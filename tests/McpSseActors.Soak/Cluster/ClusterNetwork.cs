using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace McpSseActors.Soak.Cluster;

/// <summary>How nodes reach each other, the server and the ledger: on this machine's loopback interface, or each in a separate network namespace.</summary>
internal sealed class ClusterNetwork
{
    private readonly int _namespaces = int.Parse(Environment.GetEnvironmentVariable("NETWORK_NAMESPACES") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>Gets whether a node can be cut off from the others: <c>tests/with-network-namespaces</c> has started the program.</summary>
    public bool CanPart => _namespaces > 0;

    /// <summary>Gets where server and ledger listen.</summary>
    public IPAddress Home => CanPart ? IPAddress.Parse("10.88.1.1") : IPAddress.Loopback;

    /// <summary>Gets the address of a node, counted from 0.</summary>
    public string AddressOf(int node) => CanPart ? $"10.88.{Namespace(node)}.2" : "127.0.0.1";

    /// <summary>What precedes the command line of a node.</summary>
    public string[] Enter(int node) => CanPart ? ["ip", "netns", "exec", $"node{Namespace(node)}"] : [];

    /// <summary>Lets packets between a node and the others vanish. Server, ledger and database stay in reach of all.</summary>
    public void CutOff(int node) => Change("add", node);

    /// <summary>Lets them pass again.</summary>
    public void Reconnect(int node) => Change("del", node);

    private int Namespace(int node) => (node % _namespaces) + 1;

    private void Change(string how, int node)
    {
        for (var other = 0; other < _namespaces; other++)
        {
            if (other == node)
                continue;
            Run("ip", "rule", how, "from", AddressOf(node), "to", AddressOf(other), "blackhole");
            Run("ip", "rule", how, "from", AddressOf(other), "to", AddressOf(node), "blackhole");
        }
    }

    private static void Run(params string[] line)
    {
        using var process = Process.Start(line[0], line[1..]);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', line)} ended with {process.ExitCode}.");
    }
}
