using System.Globalization;
using McpSseActors.Soak.Support;

namespace McpSseActors.Soak.Kills;

/// <summary>What the killed processes handled, kept outside of them.</summary>
internal sealed class HandledEvents(IEnumerable<string> streams, int perStream)
{
    private readonly Dictionary<string, StreamLedger> _streams = streams.ToDictionary(name => name, _ => new StreamLedger(perStream));
    private readonly List<string> _stored = [];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task All => _all.Task;

    public bool AreAll => _all.Task.IsCompleted;

    /// <summary>Completes with the first event that the process handles.</summary>
    public Task FirstOfProcess => _first.Task;

    public int Count => _streams.Values.Sum(stream => stream.Distinct);

    /// <summary>How often a handler was told that events may be missing.</summary>
    public int Gaps { get; private set; }

    public int Repeats => _streams.Values.Sum(stream => stream.Repeats);

    public void BeginProcess()
    {
        _first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var stream in _streams.Values)
            stream.Previous = 0;
    }

    public void Add(string line)
    {
        if (line.Split(' ') is [var added, "added"])
        {
            _stored.Add(added);
            return;
        }

        // The last line of a killed process may be cut off; then its event was not handled.
        if (line.Split(' ') is not [var stream, var number, "0" or "1"])
            return;
        if (number == "0")
            Gaps++;
        else
            _streams[stream].Add(int.Parse(number, CultureInfo.InvariantCulture), line.EndsWith('1'));
        _first.TrySetResult();
        if (_streams.Values.All(stream => stream.Distinct == perStream))
            _all.TrySetResult();
    }

    /// <param name="kills">How often a process was killed.</param>
    /// <param name="wantedKills">How often it was to be killed.</param>
    /// <param name="stored">The rows of the handlers' transactions, and the different ones; null without them.</param>
    /// <param name="isEveryRepeatMarked">Whether positions are saved so often that no repeat may be without a mark.</param>
    /// <param name="letters">The events that were given up.</param>
    public Verdict Judge(int kills, int wantedKills, (long Rows, long Distinct)? stored, bool isEveryRepeatMarked, IReadOnlyList<StoredDeadLetter> letters)
    {
        var all = _streams.Values;
        // What a handler happened to have at five kills in a row is given up, like an event that kills the process, and kept.
        var kept = letters.Count(letter => !_streams[letter.Event.Stream].Has(LedgerClient.Number(letter.Event)));
        var lost = all.Sum(stream => perStream - stream.Distinct) - kept;
        var marked = all.Sum(stream => stream.MarkedRepeats);
        return new Verdict(
        [
            new Check("the events last for all kills", kills == wantedKills, kills == wantedKills ? $"{kills} kills" : $"{kills} of {wantedKills} kills: use more --events or a lower --rate"),
            new Check("no event is lost", lost == 0, $"{lost} lost of {perStream * _streams.Count}, after {kills} kills"),
            new Check("no handler has given up an event", letters.All(letter => letter.Fault.StartsWith("the process ended", StringComparison.Ordinal)), $"{letters.Count} given up after five kills, {kept} of them kept without being handled"),
            new Check("no gap is reported", Gaps == 0, $"{Gaps} reported"),
            new Check("every handler gets its events in order", all.All(stream => stream.Disorders == 0), $"{all.Sum(stream => stream.Disorders)} out of order"),
            new Check("no stream that was stored is missing in the next process", _stored.Distinct().Count() == _stored.Count, $"{_stored.Count} stored"),
            new Check(isEveryRepeatMarked ? "every repeat is marked" : "repeats are counted", !isEveryRepeatMarked || marked == Repeats, $"{Repeats} repeats, {marked} of them marked; {all.Sum(stream => stream.MarkedNew)} marked and new"),
            .. stored is var (rows, distinct)
                ? [new Check("every event is stored once", rows == distinct && distinct + kept == (long)perStream * _streams.Count, $"{rows} rows, {distinct} different")]
                : Array.Empty<Check>(),
        ]);
    }

    private sealed class StreamLedger(int events)
    {
        private readonly bool[] _seen = new bool[events + 1];

        public int Previous { get; set; }

        public int Distinct { get; private set; }

        public int Repeats { get; private set; }

        public int MarkedRepeats { get; private set; }

        public int MarkedNew { get; private set; }

        public int Disorders { get; private set; }

        public bool Has(int number) => _seen[number];

        public void Add(int number, bool isMarked)
        {
            if (Previous != 0 && number != Previous + 1)
                Disorders++;
            Previous = number;
            if (_seen[number])
            {
                Repeats++;
                MarkedRepeats += isMarked ? 1 : 0;
            }
            else
            {
                _seen[number] = true;
                Distinct++;
                MarkedNew += isMarked ? 1 : 0;
            }
        }
    }
}
