namespace McpSseActors.Cli.Watch.Model;

/// <summary>The rates of the last seconds, a value each second, from a counter that is read now and then.</summary>
internal sealed class RateHistory(TimeProvider time)
{
    /// <summary>So many seconds are kept.</summary>
    public const int Seconds = 240;

    // A look that comes a little early still closes its second.
    private static readonly TimeSpan AlmostASecond = TimeSpan.FromSeconds(0.9);

    private readonly Queue<double> _rates = new(Seconds);
    private long _total = -1;
    private long _at;

    /// <summary>The rates, oldest first.</summary>
    public IReadOnlyCollection<double> Rates => _rates;

    /// <summary>The highest of them.</summary>
    public double Peak => _rates.Count == 0 ? 0 : _rates.Max();

    /// <summary>Takes the counter.</summary>
    public void Add(long total)
    {
        // The first look, or another life of the process that counts.
        if (_total < 0 || total < _total)
        {
            (_total, _at) = (total, time.GetTimestamp());
            return;
        }

        var elapsed = time.GetElapsedTime(_at);
        if (elapsed < AlmostASecond)
            return;

        // Who looks away for long sees the mean.
        var rate = (total - _total) / elapsed.TotalSeconds;
        for (var second = Math.Min(Math.Round(elapsed.TotalSeconds), Seconds); second > 0; second--)
            Keep(rate);
        (_total, _at) = (total, time.GetTimestamp());
    }

    private void Keep(double rate)
    {
        if (_rates.Count == Seconds)
            _rates.Dequeue();
        _rates.Enqueue(rate);
    }
}
