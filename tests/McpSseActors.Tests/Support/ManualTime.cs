namespace McpSseActors.Tests.Support;

/// <summary>A clock that a test moves on.</summary>
public sealed class ManualTime : TimeProvider
{
    private TimeSpan _elapsed;
    private TimeSpan _slept;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero) + _elapsed + _slept;

    public void Advance(double seconds) => _elapsed += TimeSpan.FromSeconds(seconds);

    /// <summary>The machine sleeps: only the time of day goes on.</summary>
    public void Sleep(double seconds) => _slept += TimeSpan.FromSeconds(seconds);
}
