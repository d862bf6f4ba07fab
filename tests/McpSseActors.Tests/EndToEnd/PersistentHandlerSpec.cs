using System.Runtime.CompilerServices;
using Akka.Persistence;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>A handler that is a persistent actor: it stashes what comes while it recovers, and while its journal writes.</summary>
public sealed class PersistentHandlerSpec : IAsyncDisposable
{
    private const int Events = 200;
    private static readonly string[] All = [.. Enumerable.Range(1, Events).Select(n => $"{n}")];

    private readonly ScriptedServer _server = new(Script.Sends(string.Concat(All.Select(number => $"id: {number}\ndata: {number}\n\n"))));
    private readonly ConcurrentQueue<string> _persisted = new();
    private readonly ConcurrentQueue<int> _recovered = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Should_persist_each_event_once_and_in_order()
    {
        await using var host = await StartAsync(retry: null, failsAt: null);

        await Eventually.HoldsAsync(() => _persisted.Count.ShouldBe(Events));
        _persisted.ShouldBe(All);
        await host.StatsHoldAsync(stats => (stats.Dispatched, stats.InFlight, stats.HandlerFailures).ShouldBe((Events, 0, 0)));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(100, 0)]
    [InlineData(Events, 0)]
    [InlineData(1, 50)]
    [InlineData(100, 50)]
    public async Task Should_recover_and_persist_the_event_at_which_it_failed_before_later_ones(int failsAt, int delayMilliseconds)
    {
        await using var host = await StartAsync(new RetryOptions { MaxAttempts = 2, InitialDelay = TimeSpan.FromMilliseconds(delayMilliseconds) }, $"{failsAt}");

        await Eventually.HoldsAsync(() => _persisted.Count.ShouldBe(Events));
        _persisted.ShouldBe(All);
        _recovered.ShouldBe([0, failsAt - 1]);
        await host.StatsHoldAsync(stats => (stats.InFlight, stats.HandlerFailures, stats.DeadLetters).ShouldBe((0, 1, 0)));
    }

    [Fact]
    public async Task Should_lose_no_more_than_the_event_at_which_it_failed_without_retries()
    {
        await using var host = await StartAsync(retry: null, failsAt: "100");

        await Eventually.HoldsAsync(() => _persisted.Count.ShouldBe(Events - 1));
        _persisted.ShouldBe(All.Where(number => number != "100"));
        await host.StatsHoldAsync(stats => (stats.InFlight, stats.HandlerFailures).ShouldBe((0, 1)));
    }

    private Task<McpSseHost> StartAsync(RetryOptions? retry, string? failsAt)
    {
        var hasFailed = new StrongBox<bool>();
        return McpSseHost.StartAsync(mcp => mcp
            .AddStream(_server.Url.ToString(), Streams.Quick)
            .AddHandler(HandlerRegistration.ForProps("*", Props.Create(() => new Journaling(_persisted, _recovered, hasFailed, failsAt))) with { Retry = retry }));
    }

    private sealed class Journaling : ReceivePersistentActor
    {
        private readonly ConcurrentQueue<int> _recoveries;
        private int _recovered;

        public Journaling(ConcurrentQueue<string> persisted, ConcurrentQueue<int> recoveries, StrongBox<bool> hasFailed, string? failsAt)
        {
            _recoveries = recoveries;
            Recover<string>(_ => _recovered++);
            Command<McpEvent>(received =>
            {
                if (received.Text == failsAt && !hasFailed.Value)
                {
                    hasFailed.Value = true;
                    throw new InvalidOperationException("once");
                }

                Persist(received.Text, persisted.Enqueue);
            });
        }

        public override string PersistenceId => "journaling";

        protected override void OnReplaySuccess() => _recoveries.Enqueue(_recovered);
    }
}
