namespace McpSseActors.Benchmarks.Dashboard;

/// <summary>The ratios of pairs of measurements that follow each other, so that a change of the machine concerns both.</summary>
internal sealed class PairedRatios
{
    private const int Resamples = 5_000;

    private readonly List<double> _all = [];

    public int Count => _all.Count;

    public double Median => MedianOf([.. _all]);

    /// <summary>Gets where the median is with 95 % certainty: of samples drawn from the ratios, the middle 95 % of their medians.</summary>
    public (double From, double To) Interval
    {
        get
        {
            var random = new Random(1);
            var medians = new double[Resamples];
            for (var place = 0; place < Resamples; place++)
                medians[place] = MedianOf(random.GetItems(_all.ToArray(), _all.Count));
            Array.Sort(medians);
            return (medians[(int)(Resamples * 0.025)], medians[(int)(Resamples * 0.975)]);
        }
    }

    public void Add(double ratio) => _all.Add(ratio);

    private static double MedianOf(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
