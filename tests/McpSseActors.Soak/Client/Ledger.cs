using System.Globalization;
using McpSseActors.TestServer.Faults;

namespace McpSseActors.Soak.Client;

/// <summary>What was handled, held against what the server's log says: 1, 2, 3, ..., nothing lost, nothing twice, nothing changed.</summary>
/// <param name="expected">What is sent.</param>
/// <param name="count">Has another process count the number of each event too.</param>
internal sealed class Ledger(EndlessEvents expected, Action<long> count)
{
    private const int MostComplaints = 20;

    private readonly List<string> _complaints = [];
    private long _last;
    private long _handled;

    public long Last => Volatile.Read(ref _last);

    public long Handled => Volatile.Read(ref _handled);

    public long Lost { get; private set; }

    public long Repeated { get; private set; }

    public long Changed { get; private set; }

    /// <summary>The first things that were wrong.</summary>
    public string[] Complaints
    {
        get
        {
            lock (_complaints)
                return [.. _complaints];
        }
    }

    /// <summary>Called by one handler, so by one thread at a time.</summary>
    public void Take(McpEvent received)
    {
        Interlocked.Increment(ref _handled);
        if (!long.TryParse(received.EventId, CultureInfo.InvariantCulture, out var number))
        {
            Changed++;
            Complain($"an event with the id '{received.EventId}' after {_last}");
            return;
        }

        count(number);
        if (received.EventType != EndlessEvents.TypeOf(number) || received.Text != expected.DataOf(number))
        {
            Changed++;
            Complain($"event {number} is not what was sent: {received.EventType}, {received.Text}");
        }

        if (number <= _last)
        {
            Repeated++;
            Complain($"event {number} came again after {_last}");
            return;
        }

        if (number > _last + 1)
        {
            Lost += number - _last - 1;
            Complain($"event {number} came after {_last}");
        }

        Volatile.Write(ref _last, number);
    }

    private void Complain(string what)
    {
        lock (_complaints)
        {
            if (_complaints.Count < MostComplaints)
                _complaints.Add(what.Length > 300 ? what[..300] : what);
        }
    }
}
