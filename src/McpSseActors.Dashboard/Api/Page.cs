using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace McpSseActors.Dashboard.Api;

/// <summary>The files of the page.</summary>
internal static class Page
{
    private const string Index = "index.html";

    // What proxies are usually made to tell of the path that the browser asked for.
    private static readonly string[] Originals = ["X-Original-URI", "X-Original-URL", "X-Forwarded-Uri"];

    /// <summary>
    /// Answers with the page. Its URLs are relative, so its own must end with a slash; and so must the way there be relative, because a proxy may have
    /// cut off a prefix.
    /// </summary>
    public static Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.PathBase.Add(http.Request.Path).Value ?? "";
        if (path.EndsWith('/'))
            return SendAsync(http, Index);
        var last = Originals.Select(name => LastPart(http.Request.Headers[name].ToString())).FirstOrDefault(each => each.Length > 0) ?? LastPart(path);
        http.Response.StatusCode = StatusCodes.Status302Found;
        http.Response.Headers.Location = $"{Uri.EscapeDataString(last)}/{http.Request.QueryString}";
        return Task.CompletedTask;
    }

    public static Task AnswerAssetAsync(HttpContext http) => SendAsync(http, (string?)http.Request.RouteValues["file"] ?? "");

    private static string LastPart(string path)
    {
        var end = path.IndexOf('?', StringComparison.Ordinal);
        return Uri.UnescapeDataString((end < 0 ? path : path[..end]).Split('/')[^1]);
    }

    private static async Task SendAsync(HttpContext http, string name)
    {
        var asset = Asset.Find(name) ?? throw new ApiFault(StatusCodes.Status404NotFound, "The page has no such file.");
        var isZipped = asset.Zipped is not null && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        var headers = http.Response.GetTypedHeaders();
        headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        headers.ETag = new EntityTagHeaderValue($"\"{asset.Hash}{(isZipped ? "-gzip" : "")}\"");
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(each => each.Compare(headers.ETag, useStrongComparison: false) || each.Tag == "*"))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var body = isZipped ? asset.Zipped! : asset.Body;
        http.Response.ContentType = asset.Type;
        http.Response.ContentLength = body.Length;
        if (isZipped)
            http.Response.Headers.ContentEncoding = "gzip";
        await http.Response.Body.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
    }
}
