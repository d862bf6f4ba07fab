using System.Diagnostics;
using System.Globalization;
using McpSseActors.Soak.Support;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestServer.Scripted;

namespace McpSseActors.Soak.Cluster;

/// <summary>Nodes in separate processes, which are killed, frozen, stopped, added and restarted; every event must be handled, in order.</summary>
internal sealed class ClusterRun(int streams, double rate, int rounds, IReadOnlyList<string> kinds, TimeSpan freeze, string store, ulong seed)
{
    public static readonly string[] Kinds = ["kill", "leave", "freeze", "add", "rolling", "moving"];

    /// <summary>What needs network namespaces.</summary>
    public const string Partition = "partition";

    private static readonly ClusterNetwork Network = new();

    private const int Nodes = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // A node that has just started compiles its code, and shares its processors with the others.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CutOff = TimeSpan.FromSeconds(40);

    private readonly SeededRandom _random = new(seed);
    private readonly NumberServer _server = new(rate, Network.Home);
    private readonly ClusterLedger _ledger = new(streams, Network.Home);
    private readonly List<NodeProcess> _started = [];
    private readonly List<NodeProcess> _nodes = [];
    private readonly int[] _seeds = [.. Enumerable.Range(0, Nodes).Select(_ => Ports.Free())];
    private readonly Dictionary<string, List<(TimeSpan Time, long Repeats)>> _figures = [];
    private int _survivors;

    public async Task<Verdict> RunAsync(CancellationToken ending)
    {
        Print($"{rounds} rounds of {string.Join(", ", kinds)}; {Nodes} nodes, {streams} streams x {rate} events/s, seed {seed}");
        try
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var port in _seeds)
                Start(port);
            await UntilAsync(() => _ledger.Slowest > 0, ending);
            Print($"cold start: every stream handled an event after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s; RSS {string.Join(", ", _nodes.Select(node => Footprint.Megabytes(node.Rss)))}");
            for (var round = 1; round <= rounds && !ending.IsCancellationRequested; round++)
                await RunRoundAsync(round, kinds[(round - 1) % kinds.Count], ending);
            _server.Finish();
            await SettleAsync(ending);
            Print($"RSS {string.Join(", ", _nodes.Select(node => Footprint.Megabytes(node.Rss)))}");
            foreach (var node in _nodes)
                await node.LeaveAsync();
            return Judge();
        }
        finally
        {
            foreach (var node in _started)
                node.Dispose();
            await _server.DisposeAsync();
            _ledger.Dispose();
        }
    }

    private async Task RunRoundAsync(int round, string kind, CancellationToken ending)
    {
        await BalanceAsync(ending);
        await Task.Delay(Quiet, ending);
        var repeats = _ledger.Repeats;
        _ledger.BeginSilences();
        var time = await (kind switch
        {
            "kill" => KillAsync(ending),
            "leave" => LeaveAsync(ending),
            "freeze" => FreezeAsync(ending),
            "add" => AddAsync(ending),
            "moving" => KillWhileMovingAsync(ending),
            Partition => PartAsync(ending),
            _ => RestartAllAsync(ending),
        });
        await SettleAsync(ending);
        repeats = _ledger.Repeats - repeats;
        if (!_figures.TryGetValue(kind, out var figures))
            _figures[kind] = figures = [];
        figures.Add((time, repeats));
        Print($"round {round}: {kind}, {time.TotalSeconds:0.00} s, {repeats} repeats, {_ledger.Handled} handled");
    }

    // Until the last of its streams is handled elsewhere.
    private async Task<TimeSpan> KillAsync(CancellationToken ending)
    {
        var node = Take();
        var its = _ledger.StreamsOf(node.Id);
        var start = Stopwatch.GetTimestamp();
        await node.KillAsync();
        var time = await UntilHandledElsewhereAsync(node, its, start, ending);
        Start(node.Port);
        return time;
    }

    // The longest silence of any stream.
    private async Task<TimeSpan> LeaveAsync(CancellationToken ending)
    {
        var node = Take();
        await node.LeaveAsync();
        await SettleAsync(ending);
        var silence = _ledger.LongestSilence;
        Start(node.Port);
        return silence;
    }

    private async Task<TimeSpan> FreezeAsync(CancellationToken ending)
    {
        var node = Take();
        var its = _ledger.StreamsOf(node.Id);
        var start = Stopwatch.GetTimestamp();
        node.Stop();
        var time = await UntilHandledElsewhereAsync(node, its, start, ending);
        if (freeze - Stopwatch.GetElapsedTime(start) is { } left && left > TimeSpan.Zero)
            await Task.Delay(left, ending);
        node.Continue();
        if (await node.EndsWithinAsync(TimeSpan.FromSeconds(40)))
            Start(node.Port);
        else
            _nodes.Add(node);
        return time;
    }

    // The others take over its streams. Cut off, it still reads events, until it has seen that it is in the minority, and ends.
    private async Task<TimeSpan> PartAsync(CancellationToken ending)
    {
        var node = Take();
        var place = Array.IndexOf(_seeds, node.Port);
        var its = _ledger.StreamsOf(node.Id);
        var start = Stopwatch.GetTimestamp();
        Network.CutOff(place);
        var time = await UntilHandledElsewhereAsync(node, its, start, ending);
        var hasEnded = await node.EndsWithinAsync(CutOff);
        Print($"the node that was cut off {(hasEnded ? "ended" : "has not ended")} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {_ledger.Repeats} repeats so far");
        if (!hasEnded)
        {
            _survivors++;
            await node.KillAsync();
        }

        Network.Reconnect(place);
        Start(node.Port);
        return time;
    }

    private async Task<TimeSpan> AddAsync(CancellationToken ending)
    {
        var port = Ports.Free();
        Start(port);
        await BalanceAsync(ending);
        await Take(_nodes.FindIndex(each => each.Port == port)).LeaveAsync();
        await SettleAsync(ending);
        return _ledger.LongestSilence;
    }

    // Streams are on their way to a new node when their owner is killed. No other than the seed nodes stay: a node finds the others by these.
    private async Task<TimeSpan> KillWhileMovingAsync(CancellationToken ending)
    {
        var node = Take();
        Start(Ports.Free());
        var added = _nodes[^1];
        await UntilAsync(() => _ledger.StreamsOf(added.Id).Length > 0, ending);
        var its = _ledger.StreamsOf(node.Id);
        var start = Stopwatch.GetTimestamp();
        await node.KillAsync();
        var time = await UntilHandledElsewhereAsync(node, its, start, ending);
        Start(node.Port);
        await BalanceAsync(ending);
        await Take(_nodes.FindIndex(each => each.Port == added.Port)).LeaveAsync();
        return time;
    }

    private async Task<TimeSpan> RestartAllAsync(CancellationToken ending)
    {
        for (var n = 0; n < Nodes; n++)
        {
            var node = Take(0);
            var start = Stopwatch.GetTimestamp();
            await node.LeaveAsync();
            var left = Stopwatch.GetElapsedTime(start);
            await SettleAsync(ending);
            var silence = _ledger.LongestSilence;
            Start(node.Port);
            await BalanceAsync(ending);
            Print($"  node {n + 1} left within {left.TotalSeconds:0.0} s, longest silence so far {silence.TotalSeconds:0.00} s; its successor had its share after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {_ledger.LongestSilence.TotalSeconds:0.00} s");
        }

        await SettleAsync(ending);
        return _ledger.LongestSilence;
    }

    private Verdict Judge()
    {
        var newest = _server.Newest;
        return new Verdict(
        [
            new Check("no event is lost", _ledger.Lost(newest) == 0, $"{_ledger.Lost(newest)} lost of {newest * streams}"),
            new Check("every handler gets its events in order", _ledger.Disorders == 0, $"{_ledger.Disorders} out of order"),
            .. kinds.Contains(Partition) ? [new Check("a node that is cut off ends by itself", _survivors == 0, $"{_survivors} did not within {CutOff.TotalSeconds} s")] : Array.Empty<Check>(),
            .. _figures.Select(each => new Check(
                each.Key is "kill" or "freeze" or "moving" or Partition ? $"{each.Key}: handled elsewhere after" : $"{each.Key}: longest silence",
                null,
                string.Create(CultureInfo.InvariantCulture, $"{each.Value.Min(one => one.Time).TotalSeconds:0.00} to {each.Value.Max(one => one.Time).TotalSeconds:0.00} s; repeats {each.Value.Min(one => one.Repeats)} to {each.Value.Max(one => one.Repeats)}; {each.Value.Count} rounds"))),
        ]);
    }

    private async Task<TimeSpan> UntilHandledElsewhereAsync(NodeProcess node, int[] its, long start, CancellationToken ending)
    {
        await UntilAsync(() => _ledger.HaveLeft(its, node.Id), ending);
        return Stopwatch.GetElapsedTime(start);
    }

    // Every stream has handled what the server had made by now.
    private Task SettleAsync(CancellationToken ending)
    {
        var newest = _server.Newest;
        return UntilAsync(() => _ledger.Slowest >= newest, ending);
    }

    // Each node has its share, more or less.
    private async Task BalanceAsync(CancellationToken ending)
    {
        await UntilAsync(() => _nodes.TrueForAll(node => _ledger.StreamsOf(node.Id).Length >= streams / (2 * Nodes)), ending);
        await SettleAsync(ending);
    }

    private async Task UntilAsync(Func<bool> holds, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(Look);
        for (var start = Stopwatch.GetTimestamp(); !holds(); await timer.WaitForNextTickAsync(ending))
        {
            StartEnded();
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"The cluster does not go on; the slowest of all streams is at event {_ledger.Slowest} of {_server.Newest}: {string.Concat(_nodes.Select(Describe))}");
        }
    }

    private string Describe(NodeProcess node) =>
        $"{Environment.NewLine}node {node.Port} has {_ledger.StreamsOf(node.Id).Length} streams; its last words: {node.LastWords}";

    // What happens to it from now on is meant to.
    private NodeProcess Take() => Take(_random.Between(0, _nodes.Count - 1));

    private NodeProcess Take(int index)
    {
        var node = _nodes[index];
        _nodes.RemoveAt(index);
        return node;
    }

    // A node that the others have removed, because the machine is too busy for it, ends: whatever supervises it starts it again.
    private void StartEnded()
    {
        foreach (var node in _nodes.Where(node => node.HasEnded).ToArray())
        {
            Print($"node {node.Port} ended with {node.ExitCode}, and is started again; its last words: {node.LastWords}");
            _nodes.Remove(node);
            Start(node.Port);
        }
    }

    private void Start(int port)
    {
        var place = Math.Max(0, Array.IndexOf(_seeds, port));
        var node = NodeProcess.Start(
            Network.Enter(place), Network.AddressOf(place), port, _seeds.Select((seed, at) => $"{Network.AddressOf(at)}:{seed}"), $"{Network.Home}", _server.Port, _ledger.Port,
            streams, store);
        _started.Add(node);
        _nodes.Add(node);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
