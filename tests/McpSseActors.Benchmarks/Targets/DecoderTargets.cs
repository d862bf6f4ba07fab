using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Micro;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Targets;

/// <summary>The decoder in memory, against the framework's parser.</summary>
internal static class DecoderTargets
{
    public static IEnumerable<Target> Measure()
    {
        Console.WriteLine("decoder");
        var quiet = MicroConfig.Create(NullLogger.Instance);
        var filter = $"*{nameof(DecoderBenchmarks)}*({nameof(DecoderBenchmarks.Corpus)}: {Catalogue.Small.Name})";
        var times = BenchmarkSwitcher.FromTypes([typeof(DecoderBenchmarks)]).Run(["--filter", filter], quiet)
            .SelectMany(MicroResult.From).ToDictionary(result => result.Method, result => result.Nanoseconds);
        return
        [
            new("decoder, x SseParser, strings", Ratio(DecoderBenchmarks.ToStrings), Must: 4, Aim: 8, Numbers.Hundredths),
            new("decoder, x SseParser, spans", Ratio(DecoderBenchmarks.ToSpans), Must: 3, Aim: 6, Numbers.Hundredths),
        ];

        Spread Ratio(string parser) => Spread.Of([times[parser] / times[DecoderBenchmarks.Ours]]);
    }
}
