using McpSseActors.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.Dashboard;

/// <summary>Who gets in, and who may do what.</summary>
public sealed class AccessSpec
{
    [Theory]
    [InlineData("Host", "shop.example")]
    [InlineData("Host", "127.0.0.1.example")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Original-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Should_refuse_and_say_how_to_open_it_when_a_request_may_come_from_elsewhere(string header, string value)
    {
        await using var host = await StartAsync();

        foreach (var path in new[] { "", "assets/index.html", "api/v1/stats", "api/v1/live" })
        {
            using var answer = await host.SendAsync(HttpMethod.Get, path, change: request => request.Headers.Add(header, value));

            (await DashboardHost.ProblemAsync(answer, HttpStatusCode.Forbidden)).ShouldContain("RequireAuthorization");
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:80")]
    [InlineData("[::1]")]
    [InlineData("shop.localhost")]
    public async Task Should_answer_when_the_request_names_this_machine(string name)
    {
        await using var host = await StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "api/v1/stats", change: request => request.Headers.Host = name);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_leave_it_to_the_authorization_when_there_is_one()
    {
        await using var host = await StartAsync(app => app.MapMcpSseDashboard().RequireAuthorization("see"));

        using var nobody = await host.Http.GetAsync("api/v1/stats");
        using var stranger = await host.Http.GetAsync("");
        using var ann = await host.SendAsync(HttpMethod.Get, "api/v1/stats", "ann", request => request.Headers.Add("X-Forwarded-For", "192.0.2.1"));

        nobody.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        ann.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_answer_everyone_when_somebody_said_so()
    {
        await using var host = await StartAsync(app => app.MapMcpSseDashboard().AllowAnonymous());

        using var answer = await host.SendAsync(HttpMethod.Get, "api/v1/stats", change: request => request.Headers.Host = "shop.example");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("ann", false, false)]
    [InlineData("bob+operator", true, false)]
    [InlineData("cat+reader", false, true)]
    [InlineData("dan+operator+reader", true, true)]
    public async Task Should_tell_everyone_what_they_may_do_when_policies_decide(string user, bool canAct, bool canSeePayloads)
    {
        await using var host = await StartWithRolesAsync();

        var me = await host.GetAsync("api/v1/me", user);

        me.GetProperty("user").GetString().ShouldBe(user.Split('+')[0]);
        me.GetProperty("canAct").GetBoolean().ShouldBe(canAct);
        me.GetProperty("canSeePayloads").GetBoolean().ShouldBe(canSeePayloads);
        me.GetProperty("host").GetString().ShouldBe("shop");
        me.GetProperty("antiforgery").GetProperty("header").GetString().ShouldBe("X-Mcp-Sse");
        using var act = await host.ActAsync("api/v1/streams/s/stop", user: user);
        act.StatusCode.ShouldBe(canAct ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden);
        using var search = await host.SendAsync(HttpMethod.Get, "api/v1/recent?text=x", user);
        search.StatusCode.ShouldBe(canSeePayloads ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Should_let_nobody_act_when_it_is_read_only()
    {
        await using var host = await StartAsync(app => app.MapMcpSseDashboard(configure: options => options.IsReadOnly = true));

        using var answer = await host.ActAsync("api/v1/streams/s/stop");

        (await DashboardHost.ProblemAsync(answer, HttpStatusCode.Forbidden)).ShouldContain("not act");
        (await host.GetAsync("api/v1/me")).GetProperty("canAct").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, null, null, "needs the header 'X-Mcp-Sse: 1'")]
    [InlineData("1", "Sec-Fetch-Site", "cross-site", "another origin")]
    [InlineData("1", "Sec-Fetch-Site", "same-site", "another origin")]
    [InlineData("1", "Sec-Fetch-Site", "none", "another origin")]
    [InlineData("1", "Origin", "https://evil.example", "another origin")]
    [InlineData("1", "Origin", "null", "another origin")]
    public async Task Should_refuse_to_act_when_another_site_may_have_made_the_request(string? token, string? header, string? value, string complaint)
    {
        await using var host = await StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Post, "api/v1/streams/s/stop", change: request =>
        {
            if (token is not null)
                request.Headers.Add("X-Mcp-Sse", token);
            if (header is not null)
                request.Headers.Add(header, value);
        });

        (await DashboardHost.ProblemAsync(answer, HttpStatusCode.Forbidden)).ShouldContain(complaint);
    }

    [Fact]
    public async Task Should_act_when_the_page_itself_asks()
    {
        await using var host = await StartAsync();

        foreach (var (header, value) in new[] { ("Sec-Fetch-Site", "same-origin"), ("Origin", host.Url.GetLeftPart(UriPartial.Authority)) })
        {
            using var answer = await host.SendAsync(HttpMethod.Post, "api/v1/streams/s/stop", change: request =>
            {
                request.Headers.Add("X-Mcp-Sse", "1");
                request.Headers.Add(header, value);
            });

            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public void Should_say_what_is_missing_when_the_host_lacks_it()
    {
        Fault(_ => { }, _ => { }).ShouldContain("AddMcpSseClient()");
        Fault(services => services.AddMcpSseClient(), options => options.OperatorPolicy = "act").ShouldContain("AddAuthorization");

        static string Fault(Action<IServiceCollection> services, Action<DashboardOptions> configure)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore();
            builder.Services.AddRouting();
            services(builder.Services);
            using var app = builder.Build() as IDisposable;
            return Should.Throw<InvalidOperationException>(() => ((WebApplication)app!).MapMcpSseDashboard(configure: configure)).Message;
        }
    }

    private static Task<DashboardHost> StartAsync(Action<WebApplication>? map = null) =>
        DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }), map, DashboardHost.AddUsers);

    private static Task<DashboardHost> StartWithRolesAsync() => StartAsync(app => app
        .MapMcpSseDashboard(configure: options => (options.OperatorPolicy, options.PayloadPolicy) = ("act", "read")).RequireAuthorization("see"));
}
