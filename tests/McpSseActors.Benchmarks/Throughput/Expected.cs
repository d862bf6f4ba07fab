using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>What a client must have seen, computed from the corpus alone.</summary>
internal static class Expected
{
    public const string Whole = "the whole stream";

    /// <summary>All events in order, hashed as bytes.</summary>
    public static Seen Bytes(Corpus corpus, long events) => Bytes(corpus, 0, events, Whole);

    /// <summary>Events in order from one index to another, hashed as bytes.</summary>
    public static Seen Bytes(Corpus corpus, long first, long end, string of)
    {
        var (data, hash) = (new CorpusData(corpus), new ContentHash());
        for (var index = first; index < end; index++)
            hash.Add(corpus.TemplateOf(index).Type, data.BytesOf(index));
        return hash.ToSeen(of);
    }

    /// <summary>All events in order, hashed as text.</summary>
    public static Seen Text(Corpus corpus, long events) => Text(corpus, 0, events, Whole);

    /// <summary>Events in order from one index to another, hashed as text.</summary>
    public static Seen Text(Corpus corpus, long first, long end, string of)
    {
        var (data, hash) = (new CorpusData(corpus), new ContentHash());
        for (var index = first; index < end; index++)
            hash.Add(corpus.TemplateOf(index).Type, data.TextOf(index));
        return hash.ToSeen(of);
    }

    /// <summary>The events of each type in order, hashed as bytes.</summary>
    public static IReadOnlyList<Seen> ByType(Corpus corpus, long events)
    {
        var data = new CorpusData(corpus);
        return [.. corpus.Templates.Select((template, first) => OfType(template.Type, first))];

        Seen OfType(string type, int first)
        {
            var hash = new ContentHash();
            for (long index = first; index < events; index += corpus.Templates.Count)
                hash.Add(type, data.BytesOf(index));
            return hash.ToSeen(type);
        }
    }
}
