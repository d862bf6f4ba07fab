using McpSseActors.Soak.Support;

namespace McpSseActors.Soak.Client;

/// <summary>Compares the medians of the second and the last quarter of the samples: the first quarter warms up.</summary>
internal static class Growth
{
    /// <summary>Anything shorter is all warm-up.</summary>
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(100);

    public static IEnumerable<Check> Judge(IReadOnlyList<Sample> samples)
    {
        var quarter = samples.Count / 4;
        if (quarter == 0)
            return [new Check("nothing grows", null, "too few samples")];

        var before = samples.Skip(quarter).Take(quarter).ToArray();
        var after = samples.TakeLast(quarter).ToArray();
        var isJudged = samples[^1].At >= LeastTime;
        return new[]
        {
            Footprint.Memory("RSS is flat", Median(before, s => s.Footprint.Rss), Median(after, s => s.Footprint.Rss)),
            Footprint.Memory("heap is flat", Median(before, s => s.Footprint.Heap), Median(after, s => s.Footprint.Heap)),
            Footprint.Number("files and sockets do not grow", Median(before, s => s.Footprint.Handles), Median(after, s => s.Footprint.Handles), 4),
            Footprint.Number("actors do not grow", Median(before, s => s.Actors), Median(after, s => s.Actors), 1),
        }.Select(check => isJudged ? check : check with { Holds = null });
    }

    private static double Median(Sample[] samples, Func<Sample, double> value) =>
        samples.Select(value).Order().ElementAt(samples.Length / 2);
}
