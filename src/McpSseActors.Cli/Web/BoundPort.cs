using System.Net;
using System.Net.Sockets;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Cli.Web;

/// <summary>A port of the loopback interface, taken before anything else begins: who connects early waits until a server takes the socket.</summary>
internal sealed class BoundPort : IDisposable
{
    private BoundPort(Socket socket)
    {
        Socket = socket;
        Url = new Uri($"http://{socket.LocalEndPoint}/");
    }

    public Socket Socket { get; }

    /// <summary>Where it is.</summary>
    public Uri Url { get; }

    /// <summary>Takes a port.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="option">The option that asked for it.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static BoundPort Take(int port, string option)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return new BoundPort(socket);
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new PortTakenException(FormattableString.Invariant(
                $"cannot listen on port {port}: {fault.Message} Choose another {option}, or 0 for a free one."));
        }
    }

    public void Dispose() => Socket.Dispose();
}
