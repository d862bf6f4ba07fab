using System.Net.ServerSentEvents;
using BenchmarkDotNet.Attributes;
using McpSseActors.Sse;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>The decoder against the parser of the framework, in memory. Each gives the number of events.</summary>
public class DecoderBenchmarks
{
    internal const string ToStrings = "SseParser, string";
    internal const string ToSpans = "SseParser, span";
    internal const string Ours = "SseDecoder";

    private readonly SseDecoder _decoder = new(16 * 1024 * 1024);
    private readonly StreamCursor _cursor = new();

    /// <summary>Every stream that is decoded.</summary>
    public static IEnumerable<ByteLoad> All => ByteLoads.All;

    /// <summary>The stream that is decoded.</summary>
    [ParamsSource(nameof(All))]
    public ByteLoad Corpus { get; set; } = null!;

    [GlobalSetup]
    public void CompareResults()
    {
        foreach (var found in (int[])[ParserToString(), ParserToSpan(), Decoder()])
        {
            if (found != Corpus.Events)
                throw new InvalidOperationException($"Of the {Corpus.Events} events of '{Corpus}', {found} were found.");
        }
    }

    [Benchmark(Baseline = true, Description = ToStrings)]
    public int ParserToString()
    {
        var events = 0;
        foreach (var item in SseParser.Create(new PieceStream(Corpus.Pieces)).Enumerate())
            events += item.Data.Length > 0 ? 1 : 0;
        return events;
    }

    [Benchmark(Description = ToSpans)]
    public int ParserToSpan()
    {
        var events = 0;
        foreach (var item in SseParser.Create(new PieceStream(Corpus.Pieces), static (_, data) => data.Length).Enumerate())
            events += item.Data > 0 ? 1 : 0;
        return events;
    }

    [Benchmark(Description = Ours)]
    public int Decoder()
    {
        var sink = new CountingSink();
        foreach (var piece in Corpus.Pieces)
            _decoder.Read(piece, _cursor, ref sink);
        return sink.Events;
    }
}
