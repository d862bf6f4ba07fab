using System.Net;

namespace McpSseActors.Configuration;

/// <summary>Looks on while a connection is made, for a diagnosis. Changes nothing of what is sent or trusted.</summary>
internal interface IConnectionTap
{
    /// <summary>Puts itself between a transport and the network. Called before the handler's first request.</summary>
    /// <param name="handler">What makes the requests; its callbacks may be wrapped.</param>
    /// <param name="replaceDial">Replaces what opens its connections.</param>
    HttpMessageHandler Attach(SocketsHttpHandler handler, Action<Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>> replaceDial);
}
