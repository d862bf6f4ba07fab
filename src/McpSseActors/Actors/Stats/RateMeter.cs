namespace McpSseActors.Actors.Stats;

/// <summary>Events per second over the last ten seconds, in buckets of one.</summary>
internal sealed class RateMeter
{
    private const int Window = 10;

    private readonly long[] _counts = new long[Window];
    private long _second = long.MinValue;
    private long _start;

    public void Add(TimeSpan now, int count)
    {
        Advance(now);
        _counts[_second % Window] += count;
    }

    public double Rate(TimeSpan now)
    {
        if (_second == long.MinValue)
            return 0;
        Advance(now);
        return _counts.Sum() / (double)Math.Clamp(_second - _start + 1, 1, Window);
    }

    private void Advance(TimeSpan now)
    {
        var second = (long)now.TotalSeconds;
        if (_second == long.MinValue)
            _second = _start = second;
        for (var passed = Math.Max(_second + 1, second - Window + 1); passed <= second; passed++)
            _counts[passed % Window] = 0;
        _second = Math.Max(_second, second);
    }
}
