using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace McpSseActors.Connections;

/// <summary>Where a response redirects to, and with which method (WHATWG Fetch, "HTTP-redirect fetch").</summary>
internal static class Redirect
{
    public const int MostHops = 10;

    public static bool IsOne(HttpResponseMessage response) => response.StatusCode
        is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    public static bool IsPermanent(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.PermanentRedirect;

    /// <summary>Only 307 and 308 keep a method that is not GET.</summary>
    public static HttpMethod MethodAfter(HttpResponseMessage response, HttpMethod method) =>
        response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect || method == HttpMethod.Head ? method : HttpMethod.Get;

    /// <summary>Finds the next URL.</summary>
    /// <param name="response">The response.</param>
    /// <param name="from">The URL that redirects.</param>
    /// <param name="target">The next URL.</param>
    /// <param name="refused">Why the redirect is not followed.</param>
    public static bool TryResolve(
        HttpResponseMessage response, Uri from, [NotNullWhen(true)] out Uri? target, [NotNullWhen(false)] out AttemptOutcome? refused)
    {
        target = null;
        refused = null;
        if (!response.Headers.NonValidated.Contains("Location"))
            refused = Refuse($"the server answered {(int)response.StatusCode} without a Location");
        else if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out target))
            refused = Refuse($"the server answered {(int)response.StatusCode} with an invalid Location");
        else if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
            refused = Refuse($"the server redirects to {target.Scheme}:, which is not HTTP");
        return refused is null;
    }

    public static AttemptOutcome Refuse(string problem) => new AttemptOutcome.NotSupported($"{problem}; check server_url");
}
