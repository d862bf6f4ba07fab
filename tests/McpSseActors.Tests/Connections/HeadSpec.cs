using System.Globalization;
using System.Net.Sockets;

namespace McpSseActors.Tests.Connections;

/// <summary>Strange heads of answers: too long, too many, too early, too old.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class HeadSpec
{
    private const string Accepted = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    private const string Event = "data: x\n\n";

    private readonly ReceivedEvents _events = new();

    [Fact]
    public async Task Should_back_off_and_say_why_when_a_response_header_is_huge()
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.WriteAsync($"{Accepted}X-Huge: {new string('x', 128 * 1024)}\r\n\r\n");
                await exchange.StayAsync();
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connecting);
        lost.Reason.ShouldContain("headers");
        lost.Reason.Length.ShouldBeLessThan(500);
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_back_off_when_response_headers_never_end()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.WriteAsync(Accepted);
            for (var i = 0; ; i++)
                await exchange.WriteAsync($"X-{i}: {i}\r\n");
        });
        await using var host = await StartAsync(server);

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("headers");
    }

    [Fact]
    public async Task Should_connect_when_there_are_thousands_of_response_headers()
    {
        var headers = string.Concat(Enumerable.Range(0, 4000).Select(n => string.Create(CultureInfo.InvariantCulture, $"X-{n}: {n}\r\n")));
        await ReadOneEventAsync($"{Accepted}{headers}\r\n{Event}");
    }

    [Theory]
    [InlineData("100 Continue", "")]
    [InlineData("102 Processing", "")]
    [InlineData("103 Early Hints", "Link: </style.css>; rel=preload\r\n")]
    public async Task Should_connect_when_an_informational_answer_comes_first(string status, string headers) =>
        await ReadOneEventAsync($"HTTP/1.1 {status}\r\n{headers}\r\nHTTP/1.1 {status}\r\n\r\n{Accepted}\r\n{Event}");

    [Fact]
    public async Task Should_back_off_when_informational_answers_never_end()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await pace.WaitForNextTickAsync(exchange.Stopped))
                await exchange.WriteAsync("HTTP/1.1 103 Early Hints\r\n\r\n");
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ConnectionTimeout = TimeSpan.FromSeconds(0.5) }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("connection_timeout");
    }

    [Fact]
    public async Task Should_fail_when_the_server_switches_protocols()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
        await using var host = await StartAsync(server);

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain("101");
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("HTTP/1.1 200 \r\nContent-Type: text/event-stream\r\n\r\n")]
    [InlineData("HTTP/1.1 200\r\ncontent-type:text/event-stream\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\n")]
    public async Task Should_read_to_the_end_of_the_connection_when_the_answer_is_old_or_sloppy(string head) =>
        await ReadOneEventAsync(head + Event);

    [Fact]
    public async Task Should_back_off_when_the_connection_is_reset_before_the_head()
    {
        await using var server = new ScriptedServer(
            exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connecting);
        lost.Reason.ShouldNotBeEmpty();
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("GET", 0)]
    [InlineData("POST", 20_000)]
    public async Task Should_connect_when_the_server_answers_before_it_reads_the_request(string method, int length)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", o => Streams.Quick(o) with
            {
                HttpMethod = method,
                HttpBody = new string('x', length),
            })
            .AddHandler(_events.Collect));

        using var client = await Within.LimitAsync(listener.AcceptTcpClientAsync());
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{Accepted}\r\n{Event}"));

        (await _events.NextAsync()).Text.ShouldBe("x");
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    private async Task ReadOneEventAsync(string answer)
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.WriteAsync(answer);
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server);

        (await _events.NextAsync()).Text.ShouldBe("x");
        (await host.States.UntilAsync(ConnectionState.Connected)).Attempt.ShouldBe(0);
        server.Connections.ShouldBe(1);
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), Streams.Quick)
        .AddHandler(_events.Collect));
}
