using System.Globalization;

namespace McpSseActors.ClusterSample;

/// <summary>What the handlers of all nodes got, kept outside of the nodes. Safe from any thread.</summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _streams = Node.Streams.ToDictionary(stream => stream, _ => new Entry());

    /// <summary>Gets how many events were handled, each counted once for each stream.</summary>
    public long Handled => Read(streams => streams.Values.Sum(stream => (long)stream.Numbers.Count));

    /// <summary>Gets how many were handled again.</summary>
    public long Repeats => Read(streams => streams.Values.Sum(stream => stream.Repeats));

    /// <summary>Gets how many no handler got, although one got a later event of the stream.</summary>
    public long Lost => Read(streams => streams.Values.Sum(stream => (long)stream.Newest - stream.Numbers.Count));

    /// <summary>A handler has got an event.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="line">The stream and the number of the event.</param>
    public void Add(string node, string line)
    {
        if (line.Split(' ') is not [var name, var id] || !_streams.TryGetValue(name, out var stream))
            return;
        lock (_gate)
        {
            stream.Add(node, int.Parse(id, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The streams that a node has handled last.</summary>
    public string[] StreamsOf(string node) => Read(streams => streams.Where(each => each.Value.Node == node).Select(each => each.Key).ToArray());

    /// <summary>The node that has handled a stream last; null for none.</summary>
    public string? NodeOf(string stream) => Read(streams => streams[stream].Node);

    /// <summary>Whether every stream has come to an event.</summary>
    public bool HasReached(long number) => Read(streams => streams.Values.All(stream => stream.Newest >= number));

    private T Read<T>(Func<Dictionary<string, Entry>, T> of)
    {
        lock (_gate)
            return of(_streams);
    }

    private sealed class Entry
    {
        public HashSet<int> Numbers { get; } = [];

        public int Newest { get; private set; }

        public string? Node { get; private set; }

        public long Repeats { get; private set; }

        public void Add(string node, int number)
        {
            (Node, Newest) = (node, Math.Max(Newest, number));
            if (!Numbers.Add(number))
                Repeats++;
        }
    }
}
