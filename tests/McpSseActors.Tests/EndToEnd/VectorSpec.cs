using McpSseActors.Tests.Sse;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Every case of the standard's vectors over real connections: requests, events and what follows.</summary>
public sealed class VectorSpec
{
    public static TheoryData<string> Names => [.. SseVectors.All.Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Should_do_what_the_standard_says_when_the_server_answers_so(string name)
    {
        var vector = SseVectors.Named(name);
        var events = new ConcurrentQueue<(string Type, string Data)>();
        await using var server = new ScriptedServer([.. vector.Connections.Select(Script), exchange => exchange.AnswerAsync("204 No Content")]);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => o with
            {
                InitialReconnectDelay = TimeSpan.FromMilliseconds(5),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(10),
                MaxReconnectAttempts = -1,
            })
            .AddHandler((McpEvent e) => events.Enqueue((e.EventType, e.Text))));

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).State.ShouldBeOneOf(ConnectionState.Stopped, ConnectionState.Failed));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(0));

        foreach (var connection in vector.Connections)
        {
            var isAfterRedirect = vector.Connections.Any(c => c.StateAfter == SseVectorState.Redirected);
            (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe(isAfterRedirect ? null : connection.RequestLastEventId);
        }

        events.ShouldBe(vector.Connections.Where(c => c.IsEventStream).SelectMany(c => c.Events).Select(e => (e.Type, e.Data)));
        var last = vector.Connections[^1];
        var stats = await host.Client.GetStatsAsync();
        (stats.LastEventId ?? "").ShouldBe(last.LastEventIdAfter);
        var isFinal = last is { StateAfter: SseVectorState.Closed, Status: not 503 };
        server.Connections.ShouldBe(vector.Connections.Count + (isFinal ? 0 : 1));
    }

    private static Func<Exchange, Task> Script(SseVectorConnection connection) => async exchange =>
    {
        var location = connection.Location is null ? "" : $"Location: {connection.Location}\r\n";
        await exchange.WriteAsync(
            $"HTTP/1.1 {connection.Status} X\r\nContent-Type: {connection.ContentType}\r\n{location}Connection: close\r\n\r\n");
        if (connection.Status != 204)
            await exchange.WriteAsync(connection.Body);
    };
}
