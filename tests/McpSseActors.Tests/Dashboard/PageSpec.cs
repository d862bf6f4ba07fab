using McpSseActors.Dashboard;
using Microsoft.AspNetCore.Builder;

namespace McpSseActors.Tests.Dashboard;

/// <summary>The files of the page: found, cached and framed by nobody.</summary>
public sealed class PageSpec
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:";

    [Fact]
    public async Task Should_answer_with_the_page_and_its_policy_when_it_is_mapped_with_one_line()
    {
        await using var host = await StartAsync();

        using var page = await host.Http.GetAsync("");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.GetValues("Content-Security-Policy").ShouldBe([Policy]);
        page.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        page.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        page.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        page.Headers.CacheControl!.NoCache.ShouldBeTrue();
        (await page.Content.ReadAsStringAsync()).ShouldContain("<html");
    }

    [Fact]
    public async Task Should_send_nothing_again_when_the_browser_has_it()
    {
        await using var host = await StartAsync();
        using var first = await host.Http.GetAsync("assets/index.html");
        var tag = first.Headers.ETag.ShouldNotBeNull();

        using var second = await host.SendAsync(HttpMethod.Get, "assets/index.html", change: request => request.Headers.IfNoneMatch.Add(tag));
        using var zipped = await host.SendAsync(HttpMethod.Get, "assets/index.html", change: request => request.Headers.AcceptEncoding.ParseAdd("gzip, br"));

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        second.Headers.ETag.ShouldBe(tag);
        zipped.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        zipped.Headers.ETag.ShouldNotBe(tag);
        zipped.Headers.Vary.ShouldBe(["Accept-Encoding"]);
    }

    [Fact]
    public async Task Should_have_at_most_60_kilobytes_when_a_browser_loads_all_of_it()
    {
        await using var host = await StartAsync();
        var lengths = new Dictionary<string, long>();

        foreach (var name in typeof(DashboardEndpoints).Assembly.GetManifestResourceNames().Where(each => each.StartsWith("Assets/", StringComparison.Ordinal)))
        {
            using var file = await host.SendAsync(
                HttpMethod.Get, name.Replace("Assets/", "assets/"), change: request => request.Headers.AcceptEncoding.ParseAdd("gzip"));
            if (file.IsSuccessStatusCode)
                lengths.Add(name["Assets/".Length..], file.Content.Headers.ContentLength.ShouldNotBeNull());
        }

        lengths.Keys.Order(StringComparer.Ordinal).ShouldBe(
            ["favicon.svg", "index.html", "page.css", "page.js", "vendor/htm-preact.js", "vendor/uplot.css", "vendor/uplot.js"]);
        lengths.Values.Sum().ShouldBeLessThanOrEqualTo(60_000, string.Join(", ", lengths));
    }

    [Theory]
    [InlineData("assets/nowhere.js")]
    [InlineData("assets/vendor/README.md")]
    [InlineData("api/v1/nowhere")]
    [InlineData("api/v2/stats")]
    public async Task Should_answer_with_a_problem_when_there_is_no_such_file(string path)
    {
        await using var host = await StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe([Policy]);
    }

    [Theory]
    [InlineData("/mcp-sse", "", "mcp-sse/")]
    [InlineData("/mcp-sse?a=b%26", "", "mcp-sse/?a=b%26")]
    [InlineData("/shop/mcp-sse", "/shop", "mcp-sse/")]
    [InlineData("/shop/mcp-sse/", "/shop", null)]
    [InlineData("/mcp-sse?a=b", "", "ops%20desk/?a=b", "/tools/ops%20desk?a=b")]
    [InlineData("/mcp-sse", "", "mcp-sse/", "/tools/")]
    [InlineData("/mcp-sse", "", "http%3A/", "http:")]
    public async Task Should_lead_to_the_slash_relatively_when_it_is_missing(string path, string pathBase, string? location, string? original = null)
    {
        await using var host = await StartAsync(app =>
        {
            app.UsePathBase(pathBase);
            app.UseRouting();
            app.MapMcpSseDashboard().AllowAnonymous();
        });

        if (original is not null)
            host.Http.DefaultRequestHeaders.Add("X-Original-URI", original);
        using var answer = await host.SendAsync(HttpMethod.Get, path);

        answer.StatusCode.ShouldBe(location is null ? HttpStatusCode.OK : HttpStatusCode.Found);
        answer.Headers.Location?.OriginalString.ShouldBe(location);
    }

    [Fact]
    public async Task Should_use_relative_urls_only_when_it_is_below_a_prefix()
    {
        await using var host = await StartAsync(app => app.MapMcpSseDashboard("/"));

        using var page = await host.SendAsync(HttpMethod.Get, "/");
        var html = await page.Content.ReadAsStringAsync();

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        html.ShouldNotContain("src=\"/");
        html.ShouldNotContain("href=\"/");
        html.ShouldNotContain("://");
    }

    [Fact]
    public async Task Should_have_no_page_when_only_the_api_is_mapped()
    {
        await using var host = await StartAsync(app => app.MapMcpSseApi());

        using var page = await host.Http.GetAsync("");
        using var stats = await host.Http.GetAsync("api/v1/stats");

        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        stats.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<DashboardHost> StartAsync(Action<WebApplication>? map = null) =>
        DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }), map);
}
