using System.Collections.Concurrent;
using System.Globalization;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Streams;
using McpSseActors.Cli.Testing.Reports;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Cli.Testing;

/// <summary>The streams under test, the server if the test starts it, and one deadline for every wait.</summary>
internal sealed class TestBench : IAsyncDisposable
{
    private readonly CommandContext _context;
    private readonly TimeSpan _timeout;
    private readonly string? _report;
    private readonly McpSseOptions? _streams;
    private readonly long _start;
    private readonly List<TestCheck> _checks = [];

    private TestBench(CommandContext context, TestSettings settings)
    {
        _context = context;
        _timeout = settings.Timeout;
        _streams = settings.Streams;
        _report = settings.Report is { } path ? ReportFile.Prepare(path, context.Environment) : null;
        _start = context.Environment.Time.GetTimestamp();
    }

    /// <summary>The server, where it is ours.</summary>
    public DemoServer? Server { get; private set; }

    /// <summary>What it did.</summary>
    public ConcurrentQueue<ServerActivity> Activities { get; } = new();

    /// <summary>The client.</summary>
    public StreamHost Host { get; private set; } = null!;

    /// <summary>What its handler received.</summary>
    public Tally Tally { get; } = new();

    /// <summary>How it came back from losses.</summary>
    public ReconnectLog Reconnects { get; } = new();

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => _context.Environment.Time.GetElapsedTime(_start);

    /// <summary>How long it waited for events.</summary>
    public TimeSpan ReceivingTime { get; set; }

    /// <summary>Starts everything.</summary>
    /// <param name="context">The command.</param>
    /// <param name="settings">What is tested.</param>
    /// <param name="embedded">The behaviour of the embedded server.</param>
    public static async Task<TestBench> StartAsync(CommandContext context, TestSettings settings, DemoServerOptions embedded)
    {
        var bench = new TestBench(context, settings);
        try
        {
            var options = settings.Streams ?? await bench.StartServerAsync(embedded).ConfigureAwait(false);
            bench.Host = await StreamHost.StartAsync(context.Environment, bench.Setup(options), context.Ending).ConfigureAwait(false);
            return bench;
        }
        catch
        {
            await bench.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until the deadline at most, or until all streams have ended.</summary>
    public async Task<bool> WaitAsync(Task task)
    {
        await Task.WhenAny(task, Host.Watch.AllEnded)
            .WithinAsync(_timeout - Elapsed, _context.Environment.Time, _context.Ending).ConfigureAwait(false);
        return task.IsCompletedSuccessfully;
    }

    /// <summary>Notes and tells one result.</summary>
    public bool Check(string name, bool passed, FormattableString detail)
    {
        var check = new TestCheck(name, passed, detail.ToString(CultureInfo.InvariantCulture));
        _checks.Add(check);
        _context.Reporter.Check(check);
        return passed;
    }

    /// <summary>Why the streams are not where they should be.</summary>
    public string Trouble()
    {
        if (_context.Ending.IsCancellationRequested)
            return "interrupted";
        var last = Host.Watch.Last;
        var why = last is null ? "no stream started" : $"{last.Stream} is {last.NewState}: {last.Reason}";
        return Host.Watch.AllEnded.IsCompleted ? why : $"not within {Lines.Seconds(_timeout)}; {why}";
    }

    /// <summary>Stops the streams, checks that they did, and sums up. Gives the exit code.</summary>
    public async Task<int> FinishAsync(string command)
    {
        var ended = string.Join(", ", (await Host.Client.GetAllStatsAsync().ConfigureAwait(false)).Select(stream => stream.State));
        var all = await Host.DrainAsync().ConfigureAwait(false);
        Check("stopped cleanly", all.All(stream => stream is { IsRunning: false, InFlight: 0 }), $"{string.Join(", ", all.Select(stream => $"{stream.Stream} {stream.State}"))}");
        var (received, dispatched) = (all.Sum(stream => stream.TotalEventsReceived), all.Sum(stream => stream.Dispatched));
        Check("statistics agree with the handler", dispatched == Tally.Handled, $"{received} received, {dispatched} dispatched, {Tally.Handled} handled");

        var rate = ReceivingTime > TimeSpan.Zero ? Math.Round(Tally.Handled / ReceivingTime.TotalSeconds, 1) : (double?)null;
        var failed = _checks.Count(check => !check.Passed);
        var sent = Server?.ProducedByType;
        var summary = new RunSummary(
            command,
            failed == 0,
            failed == 0 ? $"all {_checks.Count} checks held" : $"{failed} of {_checks.Count} checks failed",
            [
                new("connection_state", ended),
                new("connection_time", Host.Watch.ConnectionTime),
                new("events_received", received),
                new("events_per_second", rate),
                new("reconnects", all.Sum(stream => stream.TotalReconnectAttempts)),
                new("reconnect_delays", Host.Watch.Delays is { Length: > 0 } delays ? delays : null),
                new("back_after", Seconds(Reconnects.All.Select(reconnect => reconnect.BackAfter))),
                new("first_event_after", Seconds(Reconnects.All.Select(reconnect => reconnect.EventAfter))),
                new("duration", Elapsed),
            ],
            [.. Tally.ByType().Select(entry => new TypeCount(entry.Key, sent?.GetValueOrDefault(entry.Key), entry.Value))]);
        _context.Reporter.Summary(summary);
        Report(summary);
        return failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private void Report(RunSummary summary)
    {
        if (_report is null)
            return;
        var streams = _streams?.Streams.Where(stream => stream.Enabled).Select(stream => new ReportedStream(stream, [], [])).ToList() ?? [];
        TestReport.Write(_report, summary, streams, _checks, _context.Environment.Time.GetUtcNow());
    }

    private static double[]? Seconds(IEnumerable<TimeSpan?> spans) =>
        spans.OfType<TimeSpan>().Select(span => Math.Round(span.TotalSeconds, 3)).ToArray() is { Length: > 0 } seconds ? seconds : null;

    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
            await Host.DisposeAsync().ConfigureAwait(false);
        if (Server is not null)
            await Server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<McpSseOptions> StartServerAsync(DemoServerOptions embedded)
    {
        Server = await DemoServer.StartAsync(embedded, Activities.Enqueue).ConfigureAwait(false);
        return new McpSseOptions
        {
            Streams =
            [
                new StreamOptions
                {
                    Name = "embedded",
                    Enabled = true,
                    ServerUrl = Server.Url.AbsoluteUri,
                    InitialReconnectDelay = ReconnectTest.InitialDelay,
                    MaxReconnectDelay = ReconnectTest.MaxDelay,
                    EnableEventLogging = false,
                },
            ],
            ConsoleLogLevel = ConsoleLogLevel.Error,
        };
    }

    private StreamHostSetup Setup(McpSseOptions options) => new()
    {
        Options = options,
        // One handler, so that the log is complete when the tally is.
        Handlers = streams => streams.AddHandler((McpEvent received) =>
        {
            Reconnects.Note(received);
            Tally.Add(received);
        }),
        OnState = change =>
        {
            Reconnects.Note(change);
            _context.Reporter.State(change);
        },
        Verbose = _context.Verbose,
    };
}
