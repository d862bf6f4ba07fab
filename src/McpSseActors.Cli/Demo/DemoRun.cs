using McpSseActors.Cli.Output;
using McpSseActors.Cli.Streams;
using McpSseActors.TestServer.Demo;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Cli.Demo;

/// <summary>Runs a demo server and a client of it in one process, and compares in the end what was sent with what was handled.</summary>
internal sealed class DemoRun(CommandContext context, DemoServerOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private readonly Tally _tally = new();

    public async Task<int> RunAsync()
    {
        var time = context.Environment.Time;
        var start = time.GetTimestamp();
        await using var server = await DemoServer.StartAsync(options, context.Reporter.Server).ConfigureAwait(false);
        context.Reporter.Listening(server.Url);
        await using var host = await StreamHost.StartAsync(context.Environment, Setup(server.Url), context.Ending).ConfigureAwait(false);

        await HandleAllAsync(server, host.Watch.AllEnded).ConfigureAwait(false);
        var took = time.GetElapsedTime(start);
        var stats = await host.SettleAsync(all => all.All(IsSettled), TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        var summary = Summarise(server, stats[0], host.Watch.Delays, took);
        // The last word is the summary's.
        await host.DisposeAsync().ConfigureAwait(false);
        context.Reporter.Summary(summary);
        return summary.Passed ? ExitCodes.Ok : ExitCodes.Failed;

        bool IsSettled(StreamStats of) => of.InFlight == 0 && of.LastEventId == server.LastEventId;
    }

    private StreamHostSetup Setup(Uri url) => new()
    {
        Options = new McpSseOptions
        {
            Streams =
            [
                new StreamOptions
                {
                    Name = "demo",
                    Enabled = true,
                    ServerUrl = url.AbsoluteUri,
                    InitialReconnectDelay = TimeSpan.FromSeconds(0.5),
                    MaxReconnectDelay = TimeSpan.FromSeconds(5),
                    Jitter = 0.2,
                    EnableEventLogging = false,
                },
            ],
            ConsoleLogLevel = ConsoleLogLevel.Error,
        },
        Handlers = streams => streams
            .AddHandler<ChatHandler>("chat.*")
            .AddHandler<UserHandler>("user.*")
            .AddHandler<NotificationHandler>("notification.*")
            .AddHandler<SystemHandler>("system.*")
            .AddHandler<TallyHandler>(),
        Services = services => services.AddSingleton(context.Reporter).AddSingleton(_tally),
        OnState = context.Reporter.State,
        Verbose = context.Verbose,
    };

    // Until everything is handled, the client gives up, or the user ends it. What was sent until then has to arrive all the same.
    private async Task HandleAllAsync(DemoServer server, Task clientEnded)
    {
        var time = context.Environment.Time;
        var due = options.Events is { } events ? TimeSpan.FromSeconds(events / options.Rate) + Patience : Timeout.InfiniteTimeSpan;
        var all = options.Events is { } target ? _tally.ReachAsync(target) : new TaskCompletionSource().Task;
        var ended = Task.WhenAny(all, clientEnded);
        if (due == Timeout.InfiniteTimeSpan)
            await Task.WhenAny(ended, context.Ending.WhenCancelledAsync()).ConfigureAwait(false);
        else
            await ended.WithinAsync(due, time, context.Ending).ConfigureAwait(false);

        await server.StopProducingAsync().ConfigureAwait(false);
        await Task.WhenAny(_tally.ReachAsync(server.Produced), clientEnded)
            .WithinAsync(TimeSpan.FromSeconds(10), time, CancellationToken.None).ConfigureAwait(false);
    }

    private RunSummary Summarise(DemoServer server, StreamStats stats, double[] delays, TimeSpan took)
    {
        var sentByType = server.ProducedByType;
        var handledByType = _tally.ByType();
        var (sent, handled) = (server.Produced, _tally.Handled);
        var exact = sent == handled && _tally is { Missing: 0, Repeated: 0 }
            && sentByType.All(entry => handledByType.GetValueOrDefault(entry.Key) == entry.Value);
        var verdict = FormattableString.Invariant(exact
            ? $"{sent} sent = {handled} handled, each exactly once"
            : (FormattableString)$"{sent} sent, {handled} handled: {_tally.Missing} missing, {_tally.Repeated} repeated ({stats.State}: {stats.StateReason})");
        return new RunSummary(
            "demo",
            exact,
            verdict,
            [
                new("sent", sent, InVerdict: true),
                new("handled", handled, InVerdict: true),
                new("connections_cut", server.Aborts),
                new("reconnects", stats.TotalReconnectAttempts),
                new("reconnect_delays", delays),
                new("duplicates_dropped", stats.Dropped.GetValueOrDefault("duplicate")),
                new("last_event_id", stats.LastEventId),
                new("duration", took),
            ],
            [.. sentByType.Select(entry => new TypeCount(entry.Key, entry.Value, handledByType.GetValueOrDefault(entry.Key)))]);
    }
}
