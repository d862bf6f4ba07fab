using System.Diagnostics;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>What the check of the content costs a client for each event, so that readers can take it off.</summary>
/// <param name="OfBytes">Nanoseconds where the data are bytes.</param>
/// <param name="OfText">Nanoseconds where the data are text.</param>
internal readonly record struct HashCost(double OfBytes, double OfText)
{
    private const int Rounds = 2_000_000;

    public static HashCost Of(Corpus corpus)
    {
        var data = new CorpusData(corpus);
        var type = corpus.TemplateOf(0).Type;
        var bytes = data.BytesOf(0);
        var text = data.TextOf(0);
        var hash = new ContentHash();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
            hash.Add(type, bytes);
        var middle = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
            hash.Add(type, text);
        return new HashCost(Stopwatch.GetElapsedTime(start, middle).TotalNanoseconds / Rounds, Stopwatch.GetElapsedTime(middle).TotalNanoseconds / Rounds);
    }
}
