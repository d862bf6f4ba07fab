using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace McpSseActors.Interop.Support;

/// <summary>A network between client and server that can be down: the server lives on, its connections do not.</summary>
internal sealed class Relay : IDisposable
{
    private readonly int _server;
    private readonly ConcurrentBag<Socket> _open = [];
    private TcpListener? _listener;

    public Relay(int server)
    {
        _server = server;
        Up();
    }

    public int Port { get; } = Ports.Free();

    public void Up()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>Breaks every connection off, and takes no new one.</summary>
    public void Down()
    {
        _listener!.Stop();
        while (_open.TryTake(out var socket))
            socket.Close(timeout: 0);
    }

    public void Dispose() => Down();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = JoinAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception)
        {
            // It is down.
        }
    }

    private async Task JoinAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _open.Add(client);
        _open.Add(server);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
            // The server is not there.
        }

        client.Close();
        server.Close();
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            using var source = new NetworkStream(from);
            using var target = new NetworkStream(to);
            await source.CopyToAsync(target);
        }
        catch (Exception)
        {
            // One of them has gone, and the other follows.
        }
    }
}
