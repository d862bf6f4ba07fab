using System.Globalization;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>A server that keeps a log, resumes where it is told, and cuts each connection somewhere.</summary>
public sealed class ReplaySpec
{
    private const int Events = 10_500;
    private const int Cuts = 220;

    private static readonly byte[][] Blocks = [.. Enumerable.Range(1, Events).Select(n => Encoding.UTF8.GetBytes(Block(n)))];

    private readonly ReceivedEvents _events = new();
    private int _connection;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 5)]
    [InlineData(3, 40)]
    public async Task Should_hand_over_each_event_once_and_in_order_when_every_connection_is_cut(int seed, int repeated)
    {
        await using var server = new ScriptedServer(exchange => ReplayAsync(exchange, seed, repeated));
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), o => Streams.Quick(o) with
                {
                    MaxReconnectAttempts = -1,
                    InitialReconnectDelay = TimeSpan.FromMilliseconds(1),
                    MaxReconnectDelay = TimeSpan.FromMilliseconds(5),
                    SubscribedEvents = ["kept", "nobody"],
                })
                .AddHandler("kept", _events.Collect),
            "mcp-sse.pipeline.chunk-size = 512B");

        var expected = Enumerable.Range(1, Events).Where(n => TypeOf(n) == "kept").Select(TextOf).ToArray();
        (await _events.TextsAsync(expected.Length)).ShouldBe(expected);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.LastEventId.ShouldBe(Events.ToString(CultureInfo.InvariantCulture));
            var duplicates = stats.Dropped.GetValueOrDefault("duplicate");
            stats.TotalEventsReceived.ShouldBe(stats.Dispatched + stats.Filtered + stats.Unhandled + duplicates);
            stats.TotalEventsReceived.ShouldBe(Events + duplicates);
            stats.EventsByType.Values.Sum().ShouldBe(stats.TotalEventsReceived);
            stats.Dispatched.ShouldBe(expected.Length);
            stats.Unhandled.ShouldBe(Enumerable.Range(1, Events).Count(n => TypeOf(n) == "nobody"));
            stats.InFlight.ShouldBe(0);
            stats.TotalReconnectAttempts.ShouldBe(Cuts);
            if (repeated > 0)
                duplicates.ShouldBeGreaterThan(0);
        });
        _events.Waiting.ShouldBe(0);
        server.Connections.ShouldBe(Cuts + 1);
    }

    private async Task ReplayAsync(Exchange exchange, int seed, int repeated)
    {
        var connection = _connection++;
        var random = new Random((seed * 1000) + connection);
        var last = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
        var first = Math.Max(0, last - repeated);
        if (connection >= Cuts)
        {
            await exchange.WriteAsync(Head);
            await exchange.WriteAsync([.. Blocks.Skip(first).SelectMany(b => b)]);
            await exchange.StayAsync();
            return;
        }

        // Anywhere: in the head too, in a character, in a line end. Little enough that there is something left for the last connection.
        byte[] answer = [.. Head, .. Blocks.Skip(first).Take(repeated + 60).SelectMany(b => b)];
        await exchange.WriteAsync(answer[..random.Next(answer.Length)]);
        if (random.Next(2) == 0)
            exchange.Reset();
    }

    private static byte[] Head => [.. "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"u8];

    private static string Block(int number) =>
        $": {number}\r\nid: {number}\r\nevent: {TypeOf(number)}\r\ndata: {TextOf(number)[..5]}\r\ndata: {TextOf(number)[6..]}\r\n\r\n";

    private static string TextOf(int number) => $"größe\n日本 {number}";

    private static string TypeOf(int number) => (number % 10) switch { 3 => "filtered", 7 => "nobody", _ => "kept" };
}
