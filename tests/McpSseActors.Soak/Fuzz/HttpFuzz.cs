using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Tries the transport against a real socket, several answers at a time.</summary>
internal sealed partial class HttpFuzz(ulong seed, long total, Failures failures) : IFuzz
{
    private const int AtATime = 8;
    private const int MostKinds = 60;
    private const string Other = "(other)";

    private readonly ConcurrentDictionary<string, Tallied> _tally = new(StringComparer.Ordinal);
    private long _taken;
    private long _done;

    public string Name => "http";

    public long Total => total;

    public long Done => Volatile.Read(ref _done);

    public IEnumerable<Tallied> Tally => _tally.Values;

    public async Task RunAsync(CancellationToken ending)
    {
        await using var server = new AnswerServer();
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Run(() => WorkAsync(server.Port, ending), CancellationToken.None)));
    }

    private async Task WorkAsync(int port, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested && Interlocked.Increment(ref _taken) is var number && number <= total)
        {
            var one = seed + (ulong)number - 1;
            try
            {
                Count(await HttpCase.TryAsync(one, port), one);
            }
            catch (Exception fault)
            {
                failures.Add("--decoder 0 --http 1", one, fault is FuzzException ? fault.Message : fault.ToString(), HttpAnswer.Make(one, port));
            }

            Interlocked.Increment(ref _done);
        }
    }

    // Reasons tell addresses and sizes too; their first words tell the kind.
    private void Count(string outcome, ulong one)
    {
        var kind = string.Join(' ', Numbers.Replace(outcome, "#").Split(' ').Take(9));
        _tally.AddOrUpdate(
            _tally.Count < MostKinds || _tally.ContainsKey(kind) ? kind : Other,
            what => new Tallied(what, 1, one),
            (_, before) => before with { Times = before.Times + 1 });
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers { get; }
}
