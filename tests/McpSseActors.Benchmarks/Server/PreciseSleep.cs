using System.Diagnostics;
using System.Runtime.InteropServices;

namespace McpSseActors.Benchmarks.Server;

/// <summary>
/// Waits for a moment, to some microseconds. <see cref="Thread.Sleep(int)"/> knows milliseconds only, and to spin all the time would take a processor from
/// the client. So it sleeps by the kernel's clock, and spins for the rest. On systems without that clock (other than Linux), it spins.
/// </summary>
internal static class PreciseSleep
{
    private const int SetTimerSlack = 29;
    private const int MonotonicClock = 1;
    private const int AbsoluteTime = 1;

    /// <summary>So long before the moment it wakes up and spins, in nanoseconds.</summary>
    private const long Spin = 20_000;

    /// <summary>Lets the kernel wake this thread in time, and not with others 50 microseconds later.</summary>
    public static void PrepareThread()
    {
        if (OperatingSystem.IsLinux())
            _ = Control(SetTimerSlack, 1, 0, 0, 0);
    }

    /// <summary>Waits for a time of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public static void Until(long due)
    {
        if (due - Stopwatch.GetTimestamp() > Spin)
            RoughlyUntil(due - Spin);
        while (Stopwatch.GetTimestamp() < due)
            Thread.SpinWait(10);
    }

    /// <summary>Waits without spinning, so that it costs little, and ends some microseconds late.</summary>
    public static void RoughlyUntil(long due)
    {
        if (!OperatingSystem.IsLinux())
            SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() >= due);
        if (due <= Stopwatch.GetTimestamp())
            return;
        // The stopwatch is this clock, in nanoseconds.
        var (seconds, nanoseconds) = Math.DivRem(due, 1_000_000_000);
        var time = new TimeSpec(seconds, nanoseconds);
        _ = Sleep(MonotonicClock, AbsoluteTime, in time, 0);
    }

    [DllImport("libc", EntryPoint = "prctl")]
    private static extern int Control(int option, nuint value, nuint none3, nuint none4, nuint none5);

    [DllImport("libc", EntryPoint = "clock_nanosleep")]
    private static extern int Sleep(int clock, int flags, in TimeSpec time, nint remaining);
}

/// <summary>A time as the C library has it.</summary>
internal readonly record struct TimeSpec(long Seconds, long Nanoseconds);
