using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>A credential source threw. Only the type of its exception is told: its message may be more than a log should know.</summary>
internal sealed class CredentialException(Exception fault) : Exception($"the credential source threw {fault.GetType().Name}");

/// <summary>Says in one line what a network exception means, without its stack, its type names or a secret.</summary>
internal static class NetworkFault
{
    /// <summary>The outcome of an attempt that threw.</summary>
    public static AttemptOutcome Describe(Exception fault, Uri url) => fault switch
    {
        CredentialException credentials => new AttemptOutcome.Lost(credentials.Message),
        CryptographicException or FileNotFoundException or DirectoryNotFoundException =>
            new AttemptOutcome.NotSupported($"the client certificate cannot be used: {fault.Message}; check ssl_cert_path and ssl_key_path"),
        HttpRequestException http => new AttemptOutcome.Lost(Describe(http, url)),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => new AttemptOutcome.Lost("the server broke off in the middle of the stream"),
        IOException broken => new AttemptOutcome.Lost($"the connection broke: {Innermost(broken)}"),
        _ => new AttemptOutcome.Lost(Innermost(fault)),
    };

    private static string Describe(HttpRequestException fault, Uri url) => fault.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"the name {url.Host} cannot be resolved; check server_url and DNS",
        HttpRequestError.SecureConnectionError => $"TLS with {url.Authority} failed: {TlsReason(fault)}",
        HttpRequestError.ConnectionError when Find<SocketException>(fault) is { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"{url.Authority} refused the connection; is the server running?",
        HttpRequestError.ConnectionError => $"{url.Authority} cannot be reached: {Innermost(fault)}",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse => $"{url.Authority} broke off its answer; is it an HTTP server?",
        _ => $"{Redact.Url(url)}: {Innermost(fault)}",
    };

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
