using System.Threading.Channels;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Each event says the last event ID as of itself (WHATWG HTML, 9.2.6), however it is delivered.</summary>
public sealed class LastEventIdSpec
{
    private const string Before = "data: a\n\n";
    private const string Sent = "id: 1\ndata: b\n\ndata: c\n\nretry: 100\ndata: d\n\nid\ndata: e\n\ndata: f\n\nid: 2\ndata: g\n\ndata: h\n\nid: 2\ndata: i\n\n";

    private static readonly string[] Expected = ["a - ''", "b 1 '1'", "c - '1'", "d - '1'", "e - ''", "f - ''", "g 2 '2'", "h - '2'", "i 2 '2'", "j - '2'"];

    private readonly Channel<string> _single = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _batch = Channel.CreateUnbounded<string>();

    [Fact]
    public async Task Should_be_that_of_the_standard_in_events_batches_and_after_a_reconnect()
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenAsync();
                await exchange.WriteAsync(Before);
                await exchange.WriteAsync(Sent);
            },
            Script.Sends("data: j\n\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => o with { InitialReconnectDelay = TimeSpan.FromMilliseconds(1) })
            .AddHandler("*", (McpEvent e) => { _single.Writer.TryWrite($"{e.Text} {e.EventId ?? "-"} '{e.LastEventId}'"); })
            .AddHandler("*", Props.Create(() => new Lines(_batch.Writer))));

        (await LinesAsync(_single)).ShouldBe(Expected);
        (await LinesAsync(_batch)).ShouldBe(Expected);
        await Eventually.HoldsAsync(async () =>
            (await host.Client.GetRecentEventsAsync(20)).Select(e => $"{e.Text} {e.EventId ?? "-"} '{e.LastEventId}'").ShouldBe(Expected));
    }

    private static async Task<List<string>> LinesAsync(Channel<string> channel)
    {
        using var limit = new CancellationTokenSource(Within.Limit);
        var lines = new List<string>();
        while (lines.Count < Expected.Length)
            lines.Add(await channel.Reader.ReadAsync(limit.Token));
        return lines;
    }

    private sealed class Lines(ChannelWriter<string> log) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                log.TryWrite($"{received.ToEvent().Text} {received.EventId ?? "-"} '{received.LastEventId}'");
        }
    }
}
