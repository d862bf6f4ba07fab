using System.Net;
using System.Net.Sockets;

namespace McpSseActors.Connections;

/// <summary>The HTTP handler wanted to repeat a request: the server had hung up without an answer.</summary>
internal sealed class RepeatRefusedException() : IOException("the connection was closed without an answer");

/// <summary>
/// Makes the one connection of a request: the HTTP handler would by itself repeat a request that was not answered, past backoff and
/// limits. Only a proxy that asks for credentials, and then hangs up, is connected to once more.
/// </summary>
/// <param name="proxy">The way to the server.</param>
/// <param name="isShared">Whether several requests are under way at once, each with a connection of its own; then nothing is limited.</param>
internal sealed class Dialer(ProxyRoute proxy, bool isShared = false)
{
    private bool _hasConnected;

    /// <summary>Whether several requests are under way at once.</summary>
    public bool IsShared => isShared;

    /// <summary>Makes a connection, once it is allowed.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>> Dial { get; set; } = DialAsync;

    /// <summary>Allows the connection of the next request.</summary>
    public void Rearm()
    {
        _hasConnected = false;
        proxy.TakeChallenge();
    }

    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        if (_hasConnected && !IsShared && !proxy.TakeChallenge())
            throw new RepeatRefusedException();
        _hasConnected = true;
        return Dial(context.DnsEndPoint, cancellation);
    }

    private static async ValueTask<Stream> DialAsync(DnsEndPoint server, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
