using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace McpSseActors.Dashboard.Access;

/// <summary>
/// Recognises requests that a page of another site made a browser send. The header needs a preflight there, which nobody grants; and if the host has granted
/// CORS to everyone, browsers still name the site that asks. Programs without a browser send the header alone.
/// </summary>
internal static class SameOrigin
{
    /// <summary>The header that every request that acts must have.</summary>
    public const string Header = "X-Mcp-Sse";

    /// <summary>Its value.</summary>
    public const string Value = "1";

    /// <summary>Why a request is refused; null if it is not.</summary>
    public static string? FaultOf(HttpRequest request)
    {
        if (!request.Headers.ContainsKey(Header))
            return $"A request that acts needs the header '{Header}: {Value}'.";
        var site = request.Headers["Sec-Fetch-Site"];
        var isForeign = StringValues.IsNullOrEmpty(site) ? !IsOwn(request) : site != "same-origin";
        return isForeign ? "The request was made by a page of another origin: only pages of this origin may act." : null;
    }

    // A proxy may have changed the host, and says so. No page can send that header to another origin either.
    private static bool IsOwn(HttpRequest request) => StringValues.IsNullOrEmpty(request.Headers.Origin)
        || (Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
            && (IsSame(origin, request.Host.Value) || IsSame(origin, request.Headers["X-Forwarded-Host"])));

    private static bool IsSame(Uri origin, string? host) =>
        Uri.TryCreate($"{origin.Scheme}://{host}", UriKind.Absolute, out var own) && own.Authority.Equals(origin.Authority, StringComparison.OrdinalIgnoreCase);
}
