using System.Net;

namespace McpSseActors.Connections;

/// <summary>
/// The HTTP handler tried to repeat a request because the server closed the connection without a response.
/// </summary>
internal sealed class RepeatRefusedException() : IOException("the connection was closed without an answer");

/// <summary>
/// Opens the one connection of a request. Without this limit, the HTTP handler would repeat a request that got no
/// response, bypassing backoff and limits. Only a proxy that asks for credentials and then closes the connection gets a
/// second one.
/// </summary>
/// <param name="proxy">The route to the server.</param>
/// <param name="isShared">
/// Whether several requests run at once, each on its own connection; then nothing is limited.
/// </param>
internal sealed class Dialer(ProxyRoute proxy, bool isShared = false)
{
    private bool _hasConnected;

    /// <summary>Gets whether several requests run at once.</summary>
    public bool IsShared => isShared;

    /// <summary>Opens a connection, after it is allowed.</summary>
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

    // The resolver throws what a name without addresses is: HttpClient tells it from a connection that failed.
    private static async ValueTask<Stream> DialAsync(DnsEndPoint server, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(server.Host, cancellation).ConfigureAwait(false);
        return await new HappyEyeballs().ConnectAsync(addresses, server.Port, cancellation).ConfigureAwait(false);
    }
}
