using Microsoft.AspNetCore.Http;

namespace McpSseActors.Dashboard.Access;

/// <summary>The headers that every answer has: what the page may load, and that nobody frames or keeps it.</summary>
internal static class PageHeaders
{
    public const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:";

    public static void AddTo(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
    }
}
