using System.Diagnostics;
using System.Globalization;
using McpSseActors.Soak.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Runs one fuzz, tells how it goes, and looks at the memory in the middle and in the end.</summary>
internal sealed class FuzzRun(IFuzz fuzz)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>With fewer inputs, half of them do not warm everything up.</summary>
    private const long LeastToJudge = 100_000;

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _took;
    private Footprint? _middle;
    private Footprint _end;

    public async Task RunAsync(CancellationToken ending)
    {
        Console.WriteLine($"{fuzz.Name}: {fuzz.Total} inputs");
        var running = fuzz.RunAsync(ending);
        for (var next = Interval; await Task.WhenAny(running, Task.Delay(100, CancellationToken.None)) != running;)
        {
            if (_middle is null && fuzz.Done >= fuzz.Total / 2)
                _middle = Footprint.Take();
            if (Stopwatch.GetElapsedTime(_start) < next)
                continue;
            next += Interval;
            Console.WriteLine(Progress());
        }

        await running;
        _took = Stopwatch.GetElapsedTime(_start);
        _end = Footprint.Take();
        Console.WriteLine(Progress());
    }

    public IEnumerable<Check> Checks()
    {
        yield return new Check(
            $"{fuzz.Name}: every input was tried", fuzz.Done == fuzz.Total ? true : null, string.Create(CultureInfo.InvariantCulture, $"{fuzz.Done} of {fuzz.Total}, {fuzz.Done / _took.TotalSeconds:0} a second"));
        var middle = _middle ?? _end;
        var isJudged = _middle is not null && fuzz.Total >= LeastToJudge;
        foreach (var check in (Check[])[
            Footprint.Memory($"{fuzz.Name}: RSS is flat in the second half", middle.Rss, _end.Rss),
            Footprint.Memory($"{fuzz.Name}: heap is flat in the second half", middle.Heap, _end.Heap),
            Footprint.Number($"{fuzz.Name}: files and sockets do not grow", middle.Handles, _end.Handles, 16)])
            yield return isJudged ? check : check with { Holds = null };
    }

    public Sheet ToSheet() => new(
        string.Create(CultureInfo.InvariantCulture, $"{fuzz.Name}: {fuzz.Done} inputs in {_took.TotalSeconds:0.0} s"),
        ["what", "times", "first seed"],
        [.. fuzz.Tally.OrderByDescending(entry => entry.Times).Select(entry => (string[])[entry.What, $"{entry.Times}", $"{entry.FirstSeed}"])]);

    private string Progress()
    {
        var took = Stopwatch.GetElapsedTime(_start);
        return string.Create(
            CultureInfo.InvariantCulture, $"{took:h\\:mm\\:ss}  {fuzz.Name} {fuzz.Done} of {fuzz.Total}  {fuzz.Done / took.TotalSeconds:0} a second  RSS {Footprint.Megabytes(Environment.WorkingSet)}");
    }
}
