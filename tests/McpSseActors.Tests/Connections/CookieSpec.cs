using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>Cookies of the server: kept for each stream, and sent to the exact origin only.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class CookieSpec
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Should_send_cookies_back_when_it_connects_again()
    {
        await using var server = new ScriptedServer(exchange => OpenAsync(exchange, "NODE=1; Path=/; HttpOnly\r\nSet-Cookie: lb=a=b"), StayOpenAsync);
        await using var host = await StartAsync(server);

        (await server.NextRequestAsync()).Header("Cookie").ShouldBeNull();
        (await server.NextRequestAsync()).Header("Cookie").ShouldBe("NODE=1; lb=a=b");
    }

    [Fact]
    public async Task Should_keep_cookies_of_redirects_and_errors_when_the_origin_stays()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("503 Service Unavailable", "Set-Cookie: a=1\r\n"),
            exchange => exchange.AnswerAsync("307 Elsewhere", "Location: /elsewhere\r\nSet-Cookie: b=2\r\n"),
            StayOpenAsync);
        await using var host = await StartAsync(server);

        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Cookie").ShouldBe("a=1");
        (await server.NextRequestAsync()).Header("Cookie").ShouldBe("a=1; b=2");
    }

    [Fact]
    public async Task Should_keep_cookies_from_other_origins_and_theirs_from_it_when_a_redirect_leads_there()
    {
        ScriptedServer? server = null;
        await using var other = new ScriptedServer(exchange => exchange.AnswerAsync("307 Elsewhere", $"Location: {server!.Url}\r\nSet-Cookie: evil=1; Path=/\r\n"));
        server = new ScriptedServer(
            exchange => exchange.AnswerAsync("307 Elsewhere", $"Location: {other.Url}\r\nSet-Cookie: own=1; Path=/\r\n"),
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            StayOpenAsync);
        await using var home = server;
        await using var host = await StartAsync(server);

        await server.NextRequestAsync();
        (await other.NextRequestAsync()).Header("Cookie").ShouldBeNull();
        (await server.NextRequestAsync()).Header("Cookie").ShouldBeNull("another origin chose the path");
        (await server.NextRequestAsync()).Header("Cookie").ShouldBe("own=1");
    }

    [Fact]
    public async Task Should_add_them_to_those_of_the_configuration_which_win()
    {
        await using var server = new ScriptedServer(exchange => OpenAsync(exchange, "a=server\r\nSet-Cookie: b=2"), StayOpenAsync);
        await using var host = await StartAsync(server, o => o with { CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("cookie", "a=mine; c=3") });

        (await server.NextRequestAsync()).Header("Cookie").ShouldBe("a=mine; c=3");
        (await server.NextRequestAsync()).Header("Cookie").ShouldBe("a=mine; c=3; b=2");
    }

    [Fact]
    public async Task Should_send_none_when_they_are_turned_off()
    {
        await using var server = new ScriptedServer(exchange => OpenAsync(exchange, "a=1"), StayOpenAsync);
        await using var host = await StartAsync(server, o => o with { Cookies = false });

        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Cookie").ShouldBeNull();
    }

    [Fact]
    public async Task Should_show_no_cookie_to_anyone()
    {
        var overheard = new Overheard();
        await using var server = new ScriptedServer(exchange => OpenAsync(exchange, "NODE=SECRETNODE"), StayOpenAsync);
        await using var host =
            await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick), Overheard.Everything, watch: overheard.ListenTo);

        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Cookie").ShouldBe("NODE=SECRETNODE");
        await host.States.UntilAsync(ConnectionState.Connected);
        overheard.Add(await host.Client.GetStatsAsync());
        await host.StopAsync();

        overheard.ShouldHoldNo("SECRETNODE");
    }

    [Fact]
    public async Task Should_hide_a_cookie_when_the_server_repeats_it()
    {
        const string Node = "n0de-7f3a.9c/Zq";
        var overheard = new Overheard();
        await using var server = new ScriptedServer(
            exchange => OpenAsync(exchange, $"NODE={Node}"),
            exchange => exchange.AnswerAsync("200 OK", $"Set-Cookie: NODE=an0ther-node\r\nContent-Type: text/x-{Node}\r\n"));
        await using var host =
            await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick), Overheard.Everything, watch: overheard.ListenTo);

        await host.States.UntilAsync(ConnectionState.Failed);
        var stats = await host.Client.GetStatsAsync();
        overheard.Add(stats);
        await host.StopAsync();

        stats.StateReason.ShouldContain("content type text/x-*** instead");
        overheard.ShouldHoldNo(Node);
    }

    [Theory]
    [InlineData("a=1", "http://h/x/y", "http://h/x/z", "a=1")]
    [InlineData("a=1", "http://h/x/y", "http://h/z", "")]
    [InlineData("a=1", "http://h/sse", "http://h/messages", "a=1")]
    [InlineData("a=1; Path=/messages", "http://h/sse", "http://h/messages", "a=1")]
    [InlineData("a=1; Path=/mess", "http://h/sse", "http://h/messages", "")]
    [InlineData("a=1; Path=/", "http://h/", "https://h/", "")]
    [InlineData("a=1; Path=/", "http://h/", "http://h:81/", "")]
    [InlineData("a=1; Secure", "http://h/", "http://h/", "")]
    [InlineData("a=1; Secure", "https://h/", "https://h/", "a=1")]
    [InlineData("a=1; Domain=example.com", "http://www.example.com/", "http://www.example.com/", "a=1")]
    [InlineData("a=1; Domain=.example.com", "http://www.example.com/", "http://api.example.com/", "")]
    [InlineData("a=1; Domain=example.org", "http://www.example.com/", "http://www.example.com/", "")]
    [InlineData("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://h/", "http://h/", "")]
    [InlineData("a=1; Expires=nonsense; Max-Age=nonsense", "http://h/", "http://h/", "a=1")]
    [InlineData("a=1; Max-Age=0", "http://h/", "http://h/", "")]
    [InlineData("=1", "http://h/", "http://h/", "")]
    [InlineData("a", "http://h/", "http://h/", "")]
    [InlineData("a=", "http://h/", "http://h/", "a=")]
    [InlineData("a=\u0001", "http://h/", "http://h/", "")]
    public void Should_follow_the_rules_of_cookies(string header, string from, string to, string sent)
    {
        var jar = new CookieJar(_time);
        Store(jar, from, header);

        Sent(jar, to).ShouldBe(sent);
    }

    [Fact]
    public void Should_replace_expire_and_bound_them()
    {
        var jar = new CookieJar(_time);
        Store(jar, "http://h/", "a=1; Max-Age=10");
        Store(jar, "http://h/", "a=2; Max-Age=10");
        Sent(jar, "http://h/").ShouldBe("a=2");

        _time.Advance(10);
        Sent(jar, "http://h/").ShouldBe("");

        for (var i = 0; i < 1000; i++)
            Store(jar, "http://h/", $"c{i}={new string('x', 100)}");
        Store(jar, "http://h/", $"long={new string('x', 5000)}");
        jar.For(new Uri("http://h/")).Count.ShouldBe(50);
    }

    private static string Sent(CookieJar jar, string url) => string.Join("; ", jar.For(new Uri(url)).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    private static void Store(CookieJar jar, string url, string header)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Set-Cookie", header);
        jar.Store(new Uri(url), response);
    }

    private static Task<McpSseHost> StartAsync(ScriptedServer server, Func<StreamOptions, StreamOptions>? configure = null) =>
        McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => (configure ?? (same => same))(Streams.Quick(o))));

    private static Task OpenAsync(Exchange exchange, string cookie) =>
        exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nSet-Cookie: {cookie}\r\nConnection: close\r\n\r\n");
}
