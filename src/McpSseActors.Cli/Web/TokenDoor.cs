using System.Security.Cryptography;
using System.Text;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Cli.Web;

/// <summary>
/// Admits requests with the token of this run, which other users of the machine don't have. The printed URL contains it, and is exchanged for a
/// cookie, so that it stays neither in the address bar nor in the history. Programs send it as <c>Authorization: Bearer</c>.
/// </summary>
/// <param name="port">The port. Cookies are the same for all ports of a host, so the name has it.</param>
internal sealed class TokenDoor(int port)
{
    /// <summary>The name of the token in the query.</summary>
    public const string Parameter = "token";

    private readonly string _cookie = FormattableString.Invariant($"mcp-sse-{port}");

    /// <summary>Gets the token.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsGet(http.Request.Method) && Is(http.Request.Query[Parameter]))
        {
            http.Response.Cookies.Append(_cookie, Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
            http.Response.Redirect("./");
            return Task.CompletedTask;
        }

        var sent = http.Request.Headers.Authorization.ToString();
        return Is(http.Request.Cookies[_cookie]) || (sent.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Is(sent["Bearer ".Length..]))
            ? next(http)
            : http.AnswerAsync(StatusCodes.Status401Unauthorized,
                "Open the URL that mcp-sse has printed: it contains the token of this run. Programs send it as 'Authorization: Bearer TOKEN'.\n");
    }

    // In the same time for every wrong one.
    private bool Is(string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Token));
}
