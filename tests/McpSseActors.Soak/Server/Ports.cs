using System.Net;
using System.Net.Sockets;

namespace McpSseActors.Soak.Server;

/// <summary>
/// Ports below those that systems give to clients: a client that tries to connect to a closed port of that range may sooner or later be given
/// the very same one, and then talks to itself.
/// </summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Count = 10_000;

    public static TcpListener ListenOnFree()
    {
        for (var port = First + (Environment.ProcessId % Count); ; port++)
        {
            try
            {
                return ListenOn(port);
            }
            catch (SocketException) when (port < First + (2 * Count))
            {
                // Taken.
            }
        }
    }

    public static TcpListener ListenOn(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}
