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
/// <param name="LowerQuartile">A quarter of the values lies below.</param>
/// <param name="UpperQuartile">A quarter of the values lies above.</param>
public readonly record struct Spread(double Median, double Least, double Most, double LowerQuartile, double UpperQuartile)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(At(0.5), sorted[0], sorted[^1], At(0.25), At(0.75));

        // Between two values, in proportion.
        double At(double share)
        {
            var place = share * (sorted.Length - 1);
            var (below, above) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
            return below + ((above - below) * (place % 1));
        }
    }
}
