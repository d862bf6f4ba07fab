using System.Net.Sockets;
using McpSseActors.Cli.Testing;
using McpSseActors.Cli.Testing.Steps;
using McpSseActors.Cli.Testing.Wire;

namespace McpSseActors.Tests.Cli.Testing;

/// <summary>Diagnoses that end, or could, before the first event.</summary>
public sealed class WaySpec : DiagnosisSpec
{
    [Fact]
    public async Task Should_name_the_port_when_nobody_listens()
    {
        var port = Ports.Free();

        await ShouldFailAsync(TestAsync($"http://127.0.0.1:{port}/events"));

        ShouldBe("DNS", "pass", "127.0.0.1");
        ShouldEndAt("TCP", $"127.0.0.1:{port} refused the connection", "is the server running?");
    }

    [Fact]
    public async Task Should_name_the_host_when_it_is_unknown()
    {
        await ShouldFailAsync(TestAsync("http://no-such-host.invalid/events"));

        ShouldEndAt("DNS", "the name no-such-host.invalid cannot be resolved", "check server_url and DNS");
    }

    [Fact]
    public async Task Should_tell_the_addresses_when_a_name_is_known()
    {
        await using var server = Sending(Events("1", "2"));

        await ShouldHoldAsync(TestAsync($"http://localhost:{server.Port}/events"));

        ShouldBe("DNS", "pass", "localhost is ");
        ShouldBe("DNS", "pass", "127.0.0.1");
        ShouldBe("TCP", "pass", $"connected to 127.0.0.1:{server.Port}");
    }

    [Fact]
    public void Should_name_each_address_when_none_answers()
    {
        var dial = new SeenDial(new DnsEndPoint("dual.test", 80)) { Addresses = [IPAddress.IPv6Loopback, IPAddress.Loopback] };
        dial.Note(IPAddress.IPv6Loopback, "Network is unreachable");
        var opening = new Opening(new StreamOptions { ServerUrl = "http://dual.test/" }, new ConnectionTap(TimeProvider.System) { Dial = dial }, null, TimeSpan.FromSeconds(10));

        WaySteps.Tcp(opening)!.Detail.ShouldBe("no answer from dual.test:80 within 10 s; ::1: Network is unreachable; 127.0.0.1: no answer");
    }

    [Fact]
    public async Task Should_tell_the_connection_that_was_made_when_another_has_begun()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? dial = null;
        var tap = new ConnectionTap(TimeProvider.System);
        using var handler = new SocketsHttpHandler();
        using var attached = tap.Attach(handler, replaced => dial = replaced);
        await using var made = await dial!(new DnsEndPoint("127.0.0.1", port), default);

        var begun = dial(new DnsEndPoint("127.0.0.1", port), default);

        tap.Dial!.Peer.ShouldNotBeNull();
        await using var other = await begun;
    }

    [Fact]
    public async Task Should_say_what_to_check_when_the_key_is_wrong()
    {
        await using var server = new ScriptedServer(Answers("401 Unauthorized"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri, "--auth-key", "wrong-key"));

        ShouldBe("TCP", "pass", "connected");
        ShouldEndAt("HTTP", "the server answered 401 Unauthorized", "check auth_key");
    }

    [Fact]
    public async Task Should_say_that_nothing_is_there_when_a_page_says_404()
    {
        await using var server = new ScriptedServer(exchange =>
            exchange.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 14\r\nConnection: close\r\n\r\n<html>no</html"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldEndAt("HTTP", "there is nothing at this address; nor is it an MCP server", "check server_url");
    }

    [Fact]
    public async Task Should_tell_the_type_when_it_is_a_page()
    {
        await using var server = new ScriptedServer(exchange => exchange.OpenAsync("text/html; charset=utf-8"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldBe("HTTP", "pass", "200 OK");
        ShouldEndAt("content type", "text/html; charset=utf-8 instead of text/event-stream", "check server_url");
    }

    [Fact]
    public async Task Should_say_that_the_client_tries_again_when_the_server_is_in_trouble()
    {
        await using var server = new ScriptedServer(Answers("503 Service Unavailable"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldEndAt("HTTP", "the server answered 503 Service Unavailable", "the client would try again");
    }

    [Theory]
    [InlineData("4.5", ", and asks to wait 4.5 s")]
    [InlineData("4, 6", ", and asks to wait 6 s")]
    [InlineData("4294967296", ", and asks to wait 3600 s")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", ", and asks to wait 3600 s")]
    [InlineData("soon", ", with a Retry-After that makes no sense")]
    [InlineData("-5", ", with a Retry-After that makes no sense")]
    public async Task Should_tell_how_long_the_server_asks_to_wait_however_it_writes_it(string header, string words)
    {
        await using var server = new ScriptedServer(Answers("503 Service Unavailable", $"Retry-After: {header}\r\n"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldEndAt("HTTP", $"the server answered 503 Service Unavailable{words}", "the client would try again");
    }

    [Fact]
    public async Task Should_blame_what_holds_back_the_headers_when_they_do_not_come_in_time()
    {
        await using var server = new ScriptedServer(exchange => exchange.StayAsync());

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri, "--timeout", "2"));

        ShouldBe("TCP", "pass", "connected");
        ShouldEndAt("HTTP", "connected, but no answer within ", "send the headers of a stream at once");
    }

    [Fact]
    public async Task Should_ask_whether_it_is_HTTP_when_the_server_hangs_up()
    {
        await using var server = new ScriptedServer(_ => Task.CompletedTask);

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldEndAt("HTTP", "closed the connection", "is it an HTTP server?");
    }

    [Fact]
    public async Task Should_advise_when_the_headers_let_something_hold_back_events()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nServer: nginx\r\nVia: 1.1 cache\r\nConnection: close\r\n\r\n" + Events("1", "2"));
            await exchange.StayAsync();
        });

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldBe("headers", "warn", "server: nginx", "Cache-Control: no-store");
        ShouldBe("headers", "warn", "via: 1.1 cache");
    }

    [Fact]
    public async Task Should_say_by_which_proxy_it_went_when_there_is_one()
    {
        await using var proxy = new ScriptedProxy { Credentials = "me:p@ss-SECRET" };
        await using var server = Sending(Events("1", "2"));
        Run.WriteConfig(server.Url.AbsoluteUri, $"proxy_url = \"{proxy.With("me:p%40ss-SECRET")}\"");

        await ShouldHoldAsync(Run.InvokeAsync("test", "--json", "--config", "mcp-sse.toml", "--listen", "0"));

        ShouldBe("proxy", "pass", $"{proxy.Address}, from proxy_url");
        ShouldBe("TCP", "pass", "connected to 127.0.0.1");
    }

    [Fact]
    public async Task Should_blame_the_proxy_when_it_refuses()
    {
        var port = Ports.Free();
        Run.WriteConfig("http://127.0.0.1:1/events", $"proxy_url = \"http://127.0.0.1:{port}\"");

        await ShouldFailAsync(Run.InvokeAsync("test", "--json", "--config", "mcp-sse.toml", "--listen", "0"));

        ShouldEndAt("TCP", $"the proxy http://127.0.0.1:{port} refused the connection", "check proxy_url");
    }
}
