using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.TestServer.Web;

/// <summary>Decides which requests get events: checks the key, refuses requests when told to, and numbers the connections.</summary>
/// <param name="authKey">The key that a client must bring; empty asks for none.</param>
/// <param name="tell">Receives what the gate does.</param>
public sealed class Gate(string authKey, Action<ServerActivity> tell)
{
    private readonly byte[] _wanted = Encoding.UTF8.GetBytes($"Bearer {authKey}");
    private int _accepted;
    private int _toRefuse;

    /// <summary>Gets the number of connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Decides on a request, and answers it if it gets no events.</summary>
    /// <returns>Whether the request gets events.</returns>
    public async Task<bool> LetInAsync(HttpContext http)
    {
        if (!HasKey(http))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            tell(new(ServerActivityKind.Unauthorized, null, "request refused with 401: no key, or a wrong one"));
            await http.AnswerAsync(StatusCodes.Status401Unauthorized, "The key is missing or wrong.\n").ConfigureAwait(false);
            return false;
        }

        if (Volatile.Read(ref _toRefuse) > 0 && Interlocked.Decrement(ref _toRefuse) >= 0)
        {
            tell(new(ServerActivityKind.Refused, null, "request refused with 503"));
            await http.AnswerAsync(StatusCodes.Status503ServiceUnavailable, "Not now.\n").ConfigureAwait(false);
            return false;
        }

        return true;
    }

    /// <summary>Gives a connection its number, from 1.</summary>
    public int Enter() => Interlocked.Increment(ref _accepted);

    /// <summary>Answers the next requests with 503.</summary>
    public void Refuse(int requests) => Volatile.Write(ref _toRefuse, requests);

    private bool HasKey(HttpContext http) =>
        authKey.Length == 0
        || CryptographicOperations.FixedTimeEquals(_wanted, Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()));
}
