namespace McpSseActors.Actors;

/// <summary>The average of the last durations; older ones count less and less.</summary>
internal sealed class MovingAverage
{
    private const double Weight = 1.0 / 16;

    private double _ticks = double.NaN;

    /// <summary>Gets it; null before the first.</summary>
    public TimeSpan? Value => double.IsNaN(_ticks) ? null : TimeSpan.FromTicks((long)_ticks);

    public void Add(TimeSpan duration) => _ticks = double.IsNaN(_ticks) ? duration.Ticks : _ticks + ((duration.Ticks - _ticks) * Weight);
}
