namespace McpSseActors.TestSupport.Reporting;

/// <summary>One reading of a stream.</summary>
/// <param name="Events">How many events.</param>
/// <param name="Time">From the connecting to the handling of the last.</param>
/// <param name="Processor">The processor time that the process took meanwhile.</param>
/// <param name="Allocated">The bytes that the process allocated meanwhile.</param>
public sealed record Measurement(long Events, TimeSpan Time, TimeSpan Processor, long Allocated)
{
    public double EventsPerSecond => Events / Time.TotalSeconds;

    /// <summary>How many cores it kept busy.</summary>
    public double Cores => Processor / Time;

    public double AllocatedPerEvent => (double)Allocated / Events;
}

/// <summary>Several values of one thing, none of which is the true one.</summary>
/// <param name="Median">The one in the middle.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
public readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
