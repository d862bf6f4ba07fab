using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace McpSseActors.Interop.Support;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    // Below those that outgoing connections get: while a server is down, nobody else shall take its port.
    private const int First = 20000;
    private const int Last = 32000;

    /// <summary>One that nobody listens on.</summary>
    public static int Free()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        int port;
        do
            port = Random.Shared.Next(First, Last);
        while (taken.Contains(port));
        return port;
    }

    public static bool IsListening(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
