using System.Globalization;
using System.Text;
using McpSseActors.Tests.Support;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>A server that keeps a log, resumes where it is told, and cuts each connection somewhere.</summary>
public sealed class ReplaySpec
{
    private const int Events = 2000;
    private const int Cuts = 48;

    private readonly ReceivedEvents _events = new();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 5)]
    [InlineData(4, 40)]
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
            stats.TotalReconnectAttempts.ShouldBeGreaterThanOrEqualTo(Cuts);
            if (repeated > 0)
                duplicates.ShouldBeGreaterThan(0);
        });
        _events.Waiting.ShouldBe(0);
    }

    private int _connection;

    private async Task ReplayAsync(Exchange exchange, int seed, int repeated)
    {
        var connection = _connection++;
        var random = new Random((seed * 1000) + connection);
        var last = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
        await exchange.OpenAsync();
        var rest = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, Events).Skip(Math.Max(0, last - repeated)).Select(Block)));
        if (connection >= Cuts)
        {
            await exchange.WriteAsync(rest);
            await exchange.StayAsync();
            return;
        }

        // A share of the rest, so that there is something left for the last connection to bring.
        await exchange.WriteAsync(rest[..random.Next(Math.Min(rest.Length, 8000))]);
        if (random.Next(2) == 0)
            exchange.Reset();
    }

    private static string Block(int number) =>
        $": {number}\r\nid: {number}\r\nevent: {TypeOf(number)}\r\ndata: {TextOf(number)[..5]}\r\ndata: {TextOf(number)[6..]}\r\n\r\n";

    private static string TextOf(int number) => $"größe\n日本 {number}";

    private static string TypeOf(int number) => (number % 10) switch { 3 => "filtered", 7 => "nobody", _ => "kept" };
}
