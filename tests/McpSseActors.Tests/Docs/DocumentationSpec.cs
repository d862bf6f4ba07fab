using System.Net;
using McpSseActors.Cli;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Hosting;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Docs;

/// <summary>What the pages show is what compiles, parses, exists and is said.</summary>
public sealed class DocumentationSpec
{
    public static TheoryData<string> AllPages => [.. Pages.Paths.Select(path => Path.GetRelativePath(Pages.Root, path))];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Should_show_only_code_that_compiles_when_a_page_has_code(string page)
    {
        var regions = Pages.Regions();

        foreach (var block in Pages.Blocks(Pages.Read(page), "csharp"))
            regions.Values.ShouldContain(block, "a C# block of a page is a region // <docs:name> of a file in tests/McpSseActors.Tests/Docs");
    }

    [Fact]
    public void Should_show_every_region_when_the_pages_are_read_together()
    {
        var shown = Pages.Paths.SelectMany(path => Pages.Blocks(File.ReadAllText(path), "csharp")).ToHashSet(StringComparer.Ordinal);

        Pages.Regions().Where(region => !shown.Contains(region.Value)).Select(region => region.Key).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Should_show_only_configurations_that_are_right_when_a_page_has_toml(string page)
    {
        foreach (var block in Pages.Blocks(Pages.Read(page), "toml"))
            TomlConfiguration.Parse(block).Streams.ShouldNotBeEmpty(block);
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Should_lead_somewhere_when_a_page_has_links(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Pages.Root, page))!;
        foreach (var link in Pages.Links(Pages.Read(page)).Where(link => !link.StartsWith("https://", StringComparison.Ordinal)))
        {
            var (path, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
            var target = path.Length == 0 ? Path.Combine(Pages.Root, page) : Path.GetFullPath(Path.Combine(folder, path));

            (File.Exists(target) || Directory.Exists(target)).ShouldBeTrue(link);
            if (anchor is not null)
                Pages.Anchors(File.ReadAllText(target)).ShouldContain(anchor);
        }
    }

    [Fact]
    public void Should_give_the_exit_codes_of_the_tool_when_the_readme_lists_them()
    {
        var readme = Pages.Read("README.md");

        foreach (var (code, meaning) in ExitCodes.All)
            readme.ShouldContain($"| {code} | {meaning} |");
    }

    [Fact]
    public void Should_list_every_request_and_method_when_the_page_of_queries_is_read()
    {
        var page = Pages.Read("docs/queries.md");

        foreach (var method in typeof(IMcpSseClient).GetMethods())
            page.ShouldContain($"{method.Name}", Case.Sensitive);
        foreach (var (request, answer) in EndToEnd.AnswersSpec.Requests.Where(each => !typeof(Exception).IsAssignableFrom(each.Answer)))
            page.ShouldContain($"| `{request.GetType().Name}` | `{answer.Name}`", Case.Sensitive);
    }

    [Fact]
    public void Should_list_every_drop_reason_when_the_page_of_metrics_is_read()
    {
        var row = Pages.Read("docs/observability.md").Split('\n').Single(line => line.StartsWith("| `mcp_sse.events.dropped`", StringComparison.Ordinal));

        foreach (var reason in DropReasons.All)
            row.ShouldContain($"`{reason}`");
    }

    [Theory]
    [InlineData(204)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(503)]
    public void Should_quote_the_reason_when_the_server_refuses(int status) =>
        Pages.Read("docs/troubleshooting.md").ShouldContain(
            RetryPolicy.Decide(new AttemptOutcome.Rejected(status), new StreamOptions(), default, random: 0).Reason);

    [Fact]
    public void Should_quote_the_reasons_when_a_proxy_or_a_certificate_file_is_at_fault()
    {
        var page = Pages.Read("docs/troubleshooting.md");
        var options = new StreamOptions { ProxyUrl = "http://me:secret@proxy.example.com:3128", SslCertPath = "nowhere.pfx", SslCaPath = "nowhere.pem" };
        var route = new ProxyRoute(options);
        var url = new Uri("https://example.com/events");

        foreach (var status in new[] { HttpStatusCode.ProxyAuthenticationRequired, HttpStatusCode.BadGateway })
        {
            var refusal = new HttpRequestException(HttpRequestError.ProxyTunnelError, statusCode: status);
            page.ShouldContain(((AttemptOutcome.Lost)NetworkFault.Describe(refusal, url, route)).Reason);
        }

        page.ShouldContain(new ProxyRoute(new StreamOptions()).Remedy);
        page.ShouldContain(Should.Throw<CertificateException>(() => Certificates.LoadClient(options)).Remedy);
        page.ShouldContain(Should.Throw<CertificateException>(() => Certificates.LoadAuthorities(options)).Remedy);
    }
}
