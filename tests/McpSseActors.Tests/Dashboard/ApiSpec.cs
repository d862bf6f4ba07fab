using McpSseActors.Dashboard;
using McpSseActors.Dashboard.Api;
using Microsoft.AspNetCore.Builder;

namespace McpSseActors.Tests.Dashboard;

/// <summary>What the API answers, and what never.</summary>
public sealed class ApiSpec
{
    private const string Events = "id: 1\nevent: chat.message\ndata: {\"text\":\"hello there\"}\n\nid: 2\nevent: user.login\ndata: plain\n\n";

    [Fact]
    public async Task Should_show_statistics_and_events_when_a_stream_receives_some()
    {
        await using var server = new ScriptedServer(Sends(Events + $"event: long\ndata: {new string('ä', 5000)}\n\n"));
        await using var host = await StartAsync(server);
        await CameAsync(host, 3);

        var stats = JsonSerializer.Deserialize<StreamStats[]>(await host.Http.GetStringAsync("api/v1/stats"), ApiJson.Options)!.ShouldHaveSingleItem();
        var recent = (await host.GetAsync("api/v1/recent")).EnumerateArray().ToArray();

        stats.State.ShouldBe(ConnectionState.Connected);
        stats.EventsByType["chat.message"].ShouldBe(1);
        recent.Select(each => each.GetProperty("sequence").GetInt64()).ShouldBe([1, 2, 3]);
        recent[0].GetProperty("data").GetString().ShouldBe("{\"text\":\"hello there\"}");
        recent[0].TryGetProperty("truncated", out _).ShouldBeFalse();
        recent[2].GetProperty("length").GetInt32().ShouldBe(10_000);
        recent[2].GetProperty("truncated").GetBoolean().ShouldBeTrue();
        recent[2].GetProperty("data").GetString()!.Length.ShouldBe(2048);
        Ids(await host.GetAsync("api/v1/recent?type=chat.*")).ShouldBe(["1"]);
        Ids(await host.GetAsync("api/v1/recent?text=PLAIN&stream=s")).ShouldBe(["2"]);
        Ids(await host.GetAsync("api/v1/recent?count=0")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_tell_all_about_a_stream_when_it_is_asked_for_one()
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await StartAsync(server);
        await CameAsync(host, 2);
        // Who keeps the history hears of the states by itself.
        await Eventually.HoldsAsync(async () => (await host.GetAsync("api/v1/streams/s")).GetProperty("history").EnumerateArray().Last()
            .GetProperty("state").GetString().ShouldBe("Connected"));

        var stream = await host.GetAsync("api/v1/streams/s");

        stream.GetProperty("stats").GetProperty("stream").GetString().ShouldBe("s");
        var handler = stream.GetProperty("handlers").EnumerateArray().Single(each => each.GetProperty("name").GetString() == "seen");
        (handler.GetProperty("state").GetString(), handler.GetProperty("handled").GetInt64(), handler.GetProperty("inFlight").GetInt32())
            .ShouldBe(("Running", 2, 0));
        handler.GetProperty("durationMilliseconds").GetDouble().ShouldBeGreaterThan(0);
        var option = stream.GetProperty("options").EnumerateArray().Single(each => each.GetProperty("key").GetString() == "jitter");
        (option.GetProperty("value").GetString(), option.GetProperty("isDefault").GetBoolean()).ShouldBe(("0.25", false));
    }

    [Fact]
    public async Task Should_never_show_a_secret_when_a_stream_has_some()
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream($"{server.Url}?token=hidden1", stream => stream with
        {
            Name = "s",
            AuthKey = "hidden2",
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Key", "hidden3"),
            HttpMethod = "POST",
            HttpBody = "hidden4",
            ProxyUrl = "none",
            SslCertPassword = "hidden5",
        }));
        await CameAsync(host, 2);

        var all = string.Concat(await Task.WhenAll(new[] { "", "api/v1/me", "api/v1/stats", "api/v1/recent", "api/v1/streams/s", "api/v1/dead-letters" }
            .Select(path => host.Http.GetStringAsync(path))));
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live?stream=s&events=true");
        all += $"{await live.UntilAsync("overview")}{await live.UntilAsync("stream")}";

        all.ShouldContain("hello there");
        all.ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData("GET", "api/v1/streams/nobody", HttpStatusCode.NotFound, "'nobody'")]
    [InlineData("GET", "api/v1/recent?stream=nobody", HttpStatusCode.NotFound, "'nobody'")]
    [InlineData("GET", "api/v1/live?stream=nobody", HttpStatusCode.NotFound, "'nobody'")]
    [InlineData("POST", "api/v1/streams/nobody/stop", HttpStatusCode.NotFound, "'nobody'")]
    [InlineData("GET", "api/v1/dead-letters/nothing", HttpStatusCode.NotFound, "The dead letter is not there")]
    [InlineData("GET", "api/v1/nowhere", HttpStatusCode.NotFound, "api/v1/me")]
    [InlineData("GET", "api/v1/recent?type=a%0Ab", HttpStatusCode.BadRequest, "is not an event pattern")]
    [InlineData("GET", "api/v1/live?stream=s&events=true&type=a%0Ab", HttpStatusCode.BadRequest, "is not an event pattern")]
    [InlineData("GET", "api/v1/live?events=true", HttpStatusCode.BadRequest, "stream=NAME")]
    [InlineData("GET", "api/v1/live?stream=s&events=1", HttpStatusCode.BadRequest, "true or false")]
    [InlineData("GET", "api/v1/recent?count=many", HttpStatusCode.BadRequest, "from 0 to 1000")]
    [InlineData("GET", "api/v1/recent?count=1001", HttpStatusCode.BadRequest, "from 0 to 1000")]
    [InlineData("GET", "api/v1/dead-letters?since=yesterday", HttpStatusCode.BadRequest, "2026-01-31T12:00:00Z")]
    [InlineData("GET", "api/v1/dead-letters?type=a%0Ab", HttpStatusCode.BadRequest, "is not an event pattern")]
    [InlineData("GET", "api/v1/streams/s/event-types", HttpStatusCode.Conflict, "plain event stream")]
    public async Task Should_say_what_would_be_right_when_something_else_is_asked(string method, string path, HttpStatusCode status, string complaint)
    {
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }));

        using var answer = method == "GET" ? await host.SendAsync(HttpMethod.Get, path) : await host.ActAsync(path);

        (await DashboardHost.ProblemAsync(answer, status)).ShouldContain(complaint);
    }

    [Fact]
    public async Task Should_act_and_log_who_did_when_an_operator_asks()
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" }),
            app => app.MapMcpSseDashboard(configure: options => options.OperatorPolicy = "act").RequireAuthorization("see"), DashboardHost.AddUsers);
        await CameAsync(host, 2);

        await ActAsync("clear-recent");
        (await host.Client.GetRecentEventsAsync()).ShouldBeEmpty();
        await ActAsync("stop");
        await InStateAsync(ConnectionState.Stopped);
        await ActAsync("restart");
        await InStateAsync(ConnectionState.Connected);
        await ActAsync("stop");
        await InStateAsync(ConnectionState.Stopped);
        await ActAsync("start");
        await InStateAsync(ConnectionState.Connected);

        host.Log.ShouldBe(
        [
            "bob cleared the recent events of stream s in the dashboard", "bob stopped stream s in the dashboard", "bob restarted stream s in the dashboard",
            "bob stopped stream s in the dashboard", "bob started stream s in the dashboard",
        ]);

        async Task ActAsync(string what)
        {
            using var answer = await host.ActAsync($"api/v1/streams/s/{what}", user: "bob+operator");
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        Task InStateAsync(ConnectionState state) => Eventually.HoldsAsync(async () => (await host.Client.GetStateAsync()).NewState.ShouldBe(state));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("restart")]
    public async Task Should_refuse_to_start_a_stream_that_the_configuration_disables(string what)
    {
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s", Enabled = false, ServerUrl = "http://localhost:1/" }));

        using var answer = await host.ActAsync($"api/v1/streams/s/{what}");

        (await DashboardHost.ProblemAsync(answer, HttpStatusCode.Conflict)).ShouldBe("s stays disabled: its configuration says enable = false.");
        host.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_show_no_data_when_the_policy_forbids_it()
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await DashboardHost.StartAsync(
            mcp => mcp.AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" })
                .AddHandler("chat.*", void (McpEvent received) => throw new InvalidOperationException($"cannot read {received.Text}")),
            app => app.MapMcpSseDashboard(configure: options => options.PayloadPolicy = "read").RequireAuthorization("see"), DashboardHost.AddUsers);
        await CameAsync(host, 2);

        var recent = (await host.GetAsync("api/v1/recent", "ann")).EnumerateArray().First();
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live?stream=s&events=true", "ann");
        var events = await live.UntilAsync("events");

        recent.TryGetProperty("data", out _).ShouldBeFalse();
        recent.GetProperty("length").GetInt32().ShouldBe(22);
        events.GetRawText().ShouldNotContain("hello");
        (await host.GetAsync("api/v1/recent", "cat+reader")).GetRawText().ShouldContain("hello");
    }

    private static string[] Ids(JsonElement events) => [.. events.EnumerateArray().Select(each => each.GetProperty("id").GetString()!)];

    private static Task<DashboardHost> StartAsync(ScriptedServer server) => DashboardHost.StartAsync(mcp => mcp
        .AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s", Jitter = 0.25 })
        .AddHandler(HandlerRegistration.ForDelegate("*", (McpEvent _) => { }) with { Name = "seen" }));

    private static Task CameAsync(DashboardHost host, long events) => Eventually.HoldsAsync(async () =>
    {
        var stats = await host.Client.GetStatsAsync();
        (stats.State, stats.TotalEventsReceived, stats.InFlight).ShouldBe((ConnectionState.Connected, events, 0));
    });
}
