using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace McpSseActors.Connections;

/// <summary>Where an answer redirects to, and how one goes there (WHATWG Fetch, "HTTP-redirect fetch").</summary>
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

    /// <summary>Finds the next address.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="from">The address that gave it.</param>
    /// <param name="target">Where to go.</param>
    /// <param name="refused">Why one cannot go there.</param>
    public static bool TryResolve(
        HttpResponseMessage response, Uri from, [NotNullWhen(true)] out Uri? target, [NotNullWhen(false)] out AttemptOutcome? refused)
    {
        target = null;
        refused = null;
        if (!response.Headers.NonValidated.Contains("Location"))
            refused = Refuse($"the server answered {(int)response.StatusCode} without a Location");
        else if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out target))
            refused = Refuse($"the server answered {(int)response.StatusCode} with a Location that is no address");
        else if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
            refused = Refuse($"the server redirects to {target.Scheme}:, which is not http");
        return refused is null;
    }

    public static AttemptOutcome Refuse(string problem) => new AttemptOutcome.NotSupported($"{problem}; check server_url");
}
