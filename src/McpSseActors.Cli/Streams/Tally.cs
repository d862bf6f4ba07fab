using System.Collections.Immutable;
using System.Globalization;

namespace McpSseActors.Cli.Streams;

/// <summary>
/// Counts what a handler received. Where IDs are numbers without gaps, as the demo server gives them, it also notices what is missing and
/// what came twice.
/// </summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _byType = new(StringComparer.Ordinal);
    private readonly List<(long Target, TaskCompletionSource Reached)> _waiting = [];
    private long _handled;
    private long _newest;

    /// <summary>How many events were handled.</summary>
    public long Handled
    {
        get
        {
            lock (_gate)
                return _handled;
        }
    }

    /// <summary>How many IDs were left out.</summary>
    public long Missing { get; private set; }

    /// <summary>How many events came again, or too late.</summary>
    public long Repeated { get; private set; }

    /// <summary>How many events of each type were handled.</summary>
    public ImmutableSortedDictionary<string, long> ByType()
    {
        lock (_gate)
            return _byType.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Ends when so many events have been handled.</summary>
    public Task ReachAsync(long target)
    {
        lock (_gate)
        {
            if (_handled >= target)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((target, reached));
            return reached.Task;
        }
    }

    /// <summary>Counts an event.</summary>
    public void Add(McpEvent received)
    {
        lock (_gate)
        {
            _handled++;
            _byType[received.EventType] = _byType.GetValueOrDefault(received.EventType) + 1;
            if (long.TryParse(received.EventId, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                Follow(number);
            foreach (var (_, reached) in _waiting.Where(wait => _handled >= wait.Target))
                reached.TrySetResult();
            _waiting.RemoveAll(wait => _handled >= wait.Target);
        }
    }

    private void Follow(long number)
    {
        if (number <= _newest)
        {
            Repeated++;
            return;
        }

        Missing += number - _newest - 1;
        _newest = number;
    }
}
