using System.Security.Authentication;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>Each stream has its own connections.</summary>
public sealed class ConnectionsSpec
{
    [Fact]
    public async Task Should_leave_room_for_other_requests_when_twenty_streams_are_open_to_one_server()
    {
        const int Count = 20;
        var opened = 0;
        var allOpened = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            if (exchange.Request.Line.StartsWith("POST ", StringComparison.Ordinal))
            {
                await exchange.AnswerAsync("204 No Content");
                return;
            }

            await exchange.OpenAsync();
            if (Interlocked.Increment(ref opened) == Count)
                allOpened.SetResult();
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp =>
        {
            for (var i = 0; i < Count; i++)
            {
                var name = $"s{i}";
                mcp.AddStream(server.Url.ToString(), o => o with { Name = name });
            }
        });
        await Within.LimitAsync(allOpened.Task);
        await Eventually.HoldsAsync(async () => (await host.Client.GetAllStatsAsync()).ShouldAllBe(stats => stats.IsConnected));

        using var other = new HttpClient { Timeout = Within.Limit };
        for (var i = 0; i < Count; i++)
        {
            using var answer = await other.PostAsync(server.Url, new StringContent("{}"));
            ((int)answer.StatusCode).ShouldBe(204);
        }

        opened.ShouldBe(Count);
    }

    [Fact]
    public async Task Should_hang_up_without_waiting_for_more_when_a_stream_is_left()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenChunkedAsync();
            await exchange.StayAsync();
        });
        var options = new StreamOptions { ServerUrl = server.Url.ToString() };
        var proxy = new ProxyRoute(options);
        var dialer = new Dialer(proxy);
        var (dial, connection) = (dialer.Dial, Stream.Null);
        dialer.Dial = async (host, cancellation) => connection = await dial(host, cancellation);
        using var client = HttpHandlers.CreateClient(options, server.Url, proxy, dialer, withSecrets: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url);
        var response = await Within.LimitAsync(client.SendAsync(request, CancellationToken.None));
        connection.CanRead.ShouldBeTrue();

        response.Dispose();

        connection.CanRead.ShouldBeFalse();
    }

    [Fact]
    public void Should_speak_no_older_TLS_than_1_2_when_nothing_is_configured()
    {
        var url = new Uri("https://example.com/events");
        var proxy = new ProxyRoute(new StreamOptions());
        using var handler = HttpHandlers.Create(new StreamOptions(), url, proxy, new Dialer(proxy), withSecrets: true);

        handler.SslOptions.EnabledSslProtocols.ShouldBe(SslProtocols.Tls12 | SslProtocols.Tls13);
    }
}
