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

    /// <summary>Allows the connection of the next request.</summary>
    public void Rearm()
    {
        _hasConnected = false;
        proxy.TakeChallenge();
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        if (_hasConnected && !isShared && !proxy.TakeChallenge())
            throw new RepeatRefusedException();
        _hasConnected = true;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
