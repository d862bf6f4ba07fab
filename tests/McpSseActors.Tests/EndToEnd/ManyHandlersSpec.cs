using System.Diagnostics;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Thousands of handlers that come and go while events flow.</summary>
public sealed class ManyHandlersSpec
{
    private const int Handlers = 5000;

    private readonly ReceivedEvents _events = new();

    [Fact]
    public async Task Should_answer_queries_soon_when_thousands_of_handlers_are_added_and_removed()
    {
        using var ended = new CancellationTokenSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            for (var number = 1; !ended.IsCancellationRequested; number++)
            {
                await exchange.WriteAsync($"event: tick\ndata: {number}\n\n");
                await Task.Delay(5);
            }
        });
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), Streams.Quick)
                .AddHandler("tick", _events.Collect),
            "akka.actor.serialize-messages = off");
        await _events.TextsAsync(1);
        var answers = new List<TimeSpan>();

        var names = new List<string>();
        for (var number = 0; number < Handlers; number += 100)
        {
            names.AddRange(await Task.WhenAll(Enumerable.Range(number, 100).Select(AddAsync)));
            answers.Add(await AskAsync(host.Client));
        }

        var full = await host.Client.GetStatsAsync();
        foreach (var some in names.Chunk(100))
        {
            (await Task.WhenAll(some.Select(name => host.Client.RemoveHandlerAsync(name)))).ShouldAllBe(wasThere => wasThere);
            answers.Add(await AskAsync(host.Client));
        }

        await ended.CancelAsync();
        names.Distinct().Count().ShouldBe(Handlers);
        full.HandlersByType["t*"].ShouldBe(Handlers / 2);
        var stats = await host.Client.GetStatsAsync();
        stats.HandlersByType.ShouldBe(new Dictionary<string, int> { ["tick"] = 1 });
        stats.TotalEventsReceived.ShouldBeGreaterThan(full.TotalEventsReceived, "the stream goes on");
        answers.Order().ElementAt(answers.Count / 2).ShouldBeLessThan(TimeSpan.FromSeconds(2), "with a list of all handlers for each change, it took many seconds");

        Task<string> AddAsync(int number) => host.Client.AddHandlerAsync(number % 2 == 0 ? "t*" : $"other.{number}.*", (McpEvent _) => { });
    }

    private static async Task<TimeSpan> AskAsync(McpSseActors.Hosting.IMcpSseClient client)
    {
        var start = Stopwatch.GetTimestamp();
        await client.GetStatsAsync();
        return Stopwatch.GetElapsedTime(start);
    }
}
