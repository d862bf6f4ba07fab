using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Sources;
using McpSseActors.Cli.Web;

namespace McpSseActors.Cli.Watch;

/// <summary>
/// Prints what another process shows of its streams, line by line, if standard output is not a terminal. If more events arrive between two
/// requests than a host shows at once, the rest is not printed.
/// </summary>
internal sealed class AttachedLines(AttachedHost host, IReporter reporter, TimeProvider time)
{
    private readonly Dictionary<string, StreamStats> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _newest = new(StringComparer.Ordinal);
    private bool _isGone;

    /// <summary>Prints until the user ends it; a host that goes is waited for.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        using var timer = new PeriodicTimer(host.Period, time);
        try
        {
            do
                await LookAsync(ending).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(ending).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The user has ended it.
        }
    }

    private async Task LookAsync(CancellationToken ending)
    {
        try
        {
            foreach (var stats in await host.ReadStatsAsync(ending).ConfigureAwait(false))
            {
                Tell(stats);
                Tell(stats.Stream, await host.ReadRecentAsync(stats.Stream, ending).ConfigureAwait(false));
            }

            if (_isGone)
                reporter.Note($"{host.Name} answers again");
            _isGone = false;
        }
        catch (SourceException fault)
        {
            if (!_isGone)
                reporter.Note($"{fault.Message} (waiting for it)");
            _isGone = true;
        }
    }

    private void Tell(StreamStats stats)
    {
        var before = _known.GetValueOrDefault(stats.Stream);
        _known[stats.Stream] = stats;
        if (before is not null && (before.State, before.StateSince) == (stats.State, stats.StateSince))
            return;
        reporter.State(new StreamStateChanged(
            stats.Stream,
            before?.State ?? stats.State,
            stats.State,
            stats.StateReason,
            stats.ConsecutiveReconnectAttempts,
            stats.NextAttemptTime - stats.StateSince,
            stats.StateSince));
    }

    // Events from the first look on. A host that was started again counts from the beginning.
    private void Tell(string stream, IReadOnlyList<RecentEvent> recent)
    {
        var width = _known.Count > 1 ? _known.Keys.Max(name => name.Length) : 0;
        var isFirstLook = !_newest.TryGetValue(stream, out var newest);
        var last = recent.Select(each => each.Sequence).LastOrDefault(newest);
        foreach (var received in recent.Where(each => !isFirstLook && (each.Sequence > newest || last < newest)))
            reporter.Event(received.ToEvent(), streamWidth: width);
        _newest[stream] = last;
    }
}
