using System.Globalization;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Very many streams in one process, at one server.</summary>
[Collection(nameof(Alone))]
public sealed class ManyStreamsSpec
{
    private const int Count = 1000;
    private const int Failing = 413;

    [Fact]
    public async Task Should_count_each_right_when_there_are_a_thousand_and_one_of_them_fails()
    {
        await using var server = new ScriptedServer(ServeAsync);
        await using var host = await McpSseHost.StartAsync(
            mcp =>
            {
                for (var number = 0; number < Count; number++)
                {
                    mcp.AddStream($"{server.Url}/{number}", o => o with
                    {
                        Name = $"s{number}",
                        EnableEventLogging = false,
                        // A reconnect would be a failure of this test, not of patience.
                        ReadTimeout = TimeSpan.FromMinutes(10),
                        ConnectionTimeout = TimeSpan.FromMinutes(10),
                    });
                }
            });

        IReadOnlyDictionary<string, StreamStats> all = new Dictionary<string, StreamStats>();
        await Eventually.HoldsAsync(async () =>
        {
            all = (await host.Client.GetAllStatsAsync()).ToDictionary(stats => stats.Stream);
            (all.Values.Sum(stats => stats.TotalEventsReceived), all.Values.Count(stats => stats.State is ConnectionState.Connected or ConnectionState.Failed))
                .ShouldBe((Expected.Sum(), Count));
        });

        all.Count.ShouldBe(Count);
        for (var number = 0; number < Count; number++)
        {
            var stats = all[$"s{number}"];
            stats.TotalEventsReceived.ShouldBe(Expected[number], stats.Stream);
            stats.State.ShouldBe(number == Failing ? ConnectionState.Failed : ConnectionState.Connected, stats.Stream);
            stats.TotalReconnectAttempts.ShouldBe(0, stats.Stream);
        }

        server.Connections.ShouldBe(Count);
        await Within.LimitAsync(host.StopAsync());
    }

    // Each its own number, so that no stream can be taken for another.
    private static long[] Expected { get; } = [.. Enumerable.Range(0, Count).Select(number => number == Failing ? 0L : EventsOf(number))];

    private static int EventsOf(int number) => (number % 7) + 1;

    private static async Task ServeAsync(Exchange exchange)
    {
        var number = int.Parse(exchange.Request.Line.Split(' ')[1].Split('/')[^1], CultureInfo.InvariantCulture);
        if (number == Failing)
        {
            await exchange.AnswerAsync("404 Not Found");
            return;
        }

        await exchange.OpenAsync();
        await exchange.WriteAsync(string.Concat(Enumerable.Repeat("data: x\n\n", EventsOf(number))));
        await exchange.StayAsync();
    }
}
