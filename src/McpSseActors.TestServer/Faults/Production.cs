using System.Diagnostics;

namespace McpSseActors.TestServer.Faults;

/// <summary>How many events there are: as many as the clock says, and all that were sent ahead of it.</summary>
public sealed class Production(double rate)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _stoppedAt = -1;
    private long _highestSent;

    public long HighestSent => Volatile.Read(ref _highestSent);

    public long Newest => Math.Max(HighestSent, Volatile.Read(ref _stoppedAt) is >= 0 and var stopped ? stopped : Due);

    private long Due => (long)(Stopwatch.GetElapsedTime(_start).TotalSeconds * rate);

    public void Sent(long number)
    {
        if (number > HighestSent)
            Volatile.Write(ref _highestSent, number);
    }

    public void Stop() => Volatile.Write(ref _stoppedAt, Due);
}
