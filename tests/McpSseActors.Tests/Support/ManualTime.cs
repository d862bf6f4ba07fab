namespace McpSseActors.Tests.Support;

/// <summary>A clock that a test moves on.</summary>
public sealed class ManualTime : TimeProvider
{
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero) + _elapsed;

    public void Advance(double seconds) => _elapsed += TimeSpan.FromSeconds(seconds);
}
