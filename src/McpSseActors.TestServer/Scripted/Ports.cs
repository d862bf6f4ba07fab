using System.Net;
using System.Net.Sockets;

namespace McpSseActors.TestServer.Scripted;

/// <summary>
/// Chooses ports below the range that systems give to clients. A client that connects to a closed port of that range may get the same port
/// itself, and then talks to itself.
/// </summary>
public static class Ports
{
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>Gets a port without a listener.</summary>
    public static int Free()
    {
        using var listener = ListenOnFree();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Listens on a free port of the loopback interface.</summary>
    public static TcpListener ListenOnFree()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return ListenOn(Random.Shared.Next(First, Last));
            }
            catch (SocketException) when (attempt < 1000)
            {
                // Taken.
            }
        }
    }

    /// <summary>Listens on a port of the loopback interface.</summary>
    public static TcpListener ListenOn(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    /// <summary>Returns whether a port has a listener.</summary>
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
