using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>Explains a network exception in one line, without its stack, type names or secrets.</summary>
internal static class NetworkFault
{
    /// <summary>Gets the outcome of an attempt that threw.</summary>
    /// <param name="fault">The exception.</param>
    /// <param name="url">The URL of the request, after redirects.</param>
    /// <param name="route">The route to it, if known.</param>
    public static AttemptOutcome Describe(Exception fault, Uri url, ProxyRoute? route = null) => fault is TransportException known
        ? known.Outcome
        : new AttemptOutcome.Lost(Explain(fault, url, route));

    /// <summary>Explains the status of a proxy.</summary>
    public static string Describe(HttpStatusCode status, Uri proxy, string remedy) => $"{Shown(proxy)} answered {(int)status}; {remedy}";

    private static string Explain(Exception fault, Uri url, ProxyRoute? route) => fault switch
    {
        CredentialException or CertificateException or InvalidDataException => fault.Message,
        HttpRequestException http when route?.For(url) is { } proxy => Describe(http, url, proxy, route.Remedy),
        HttpRequestException http => Describe(http, url),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the server closed the connection in the middle of the stream",
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => "the server sent invalid HTTP in the middle of the stream",
        IOException broken => $"the connection was lost: {Innermost(broken)}",
        _ => Innermost(fault),
    };

    private static string Describe(HttpRequestException fault, Uri url) => fault.HttpRequestError switch
    {
        _ when Find<RepeatRefusedException>(fault) is not null => $"{url.Authority} closed the connection without a complete response; is it an HTTP server?",
        HttpRequestError.NameResolutionError => $"the name {url.Host} cannot be resolved; check server_url and DNS",
        HttpRequestError.SecureConnectionError => $"TLS with {url.Authority} failed: {TlsReason(fault)}",
        HttpRequestError.ConnectionError when IsRefusal(fault) => $"{url.Authority} refused the connection; is the server running?",
        HttpRequestError.ConnectionError => $"{url.Authority} cannot be reached: {Innermost(fault)}",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse => $"{url.Authority} closed the connection without a complete response; is it an HTTP server?",
        _ => $"{Redact.Url(url)}: {Innermost(fault)}",
    };

    // Connections go to the proxy, and the response may be its own or the server's.
    private static string Describe(HttpRequestException fault, Uri url, Uri proxy, string remedy) => fault.HttpRequestError switch
    {
        HttpRequestError.ProxyTunnelError when fault.StatusCode is { } status => Describe(status, proxy, remedy),
        HttpRequestError.ProxyTunnelError => $"{Shown(proxy)} did not connect to {url.Authority}: {Innermost(fault)}; {remedy}",
        HttpRequestError.NameResolutionError => $"the name of {Shown(proxy)} cannot be resolved; {remedy}",
        _ when Find<RepeatRefusedException>(fault) is not null => $"{Describe(fault, url)} (by {Shown(proxy)})",
        HttpRequestError.ConnectionError when IsRefusal(fault) => $"{Shown(proxy)} refused the connection; {remedy}",
        HttpRequestError.ConnectionError => $"{Shown(proxy)} cannot be reached: {Innermost(fault)}; {remedy}",
        _ => $"{Describe(fault, url)} (by {Shown(proxy)})",
    };

    private static string Shown(Uri proxy) => $"the proxy {proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}";

    private static bool IsRefusal(Exception fault) => Find<SocketException>(fault) is { SocketErrorCode: SocketError.ConnectionRefused };

    private static string TlsReason(Exception fault) =>
        Find<AuthenticationException>(fault)?.Message ?? Innermost(fault);

    private static T? Find<T>(Exception? fault)
        where T : Exception
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is T found)
                return found;
        }

        return null;
    }

    private static string Innermost(Exception fault)
    {
        while (fault.InnerException is { } inner)
            fault = inner;
        return fault.Message;
    }
}
