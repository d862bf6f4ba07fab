using System.Security.Cryptography;
using System.Text;
using McpSseActors.Cli.Web;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Cli.Demo;

/// <summary>Decides who gets into a demo server: asks for the key, refuses for a while after a drop, and numbers the connections.</summary>
internal sealed class DemoGate(DemoServerOptions options, Action<DemoActivity> tell)
{
    private readonly byte[] _wanted = Encoding.UTF8.GetBytes($"Bearer {options.AuthKey}");
    private int _accepted;
    private int _toRefuse;

    /// <summary>How many connections there were.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Whether a request may have the events; the others have been answered.</summary>
    public async Task<bool> LetInAsync(HttpContext http)
    {
        if (!HasKey(http))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            tell(new(DemoActivityKind.Unauthorized, null, "request refused with 401: no key, or a wrong one"));
            await http.AnswerAsync(StatusCodes.Status401Unauthorized, "The key is missing or wrong.\n").ConfigureAwait(false);
            return false;
        }

        if (Volatile.Read(ref _toRefuse) > 0 && Interlocked.Decrement(ref _toRefuse) >= 0)
        {
            tell(new(DemoActivityKind.Refused, null, "request refused with 503"));
            await http.AnswerAsync(StatusCodes.Status503ServiceUnavailable, "Not now.\n").ConfigureAwait(false);
            return false;
        }

        return true;
    }

    /// <summary>Numbers a connection, and says what will happen to it.</summary>
    public (int Number, Drop? Drop) Enter()
    {
        var number = Interlocked.Increment(ref _accepted);
        return (number, options.Drops.Of(number));
    }

    /// <summary>Answers the next requests with 503.</summary>
    public void Refuse(int requests) => Volatile.Write(ref _toRefuse, requests);

    private bool HasKey(HttpContext http) =>
        options.AuthKey.Length == 0
        || CryptographicOperations.FixedTimeEquals(_wanted, Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()));
}
