using System.Globalization;
using System.Runtime.InteropServices;
using McpSseActors.Benchmarks.Server;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>What the kernel says of a process, from <c>/proc</c>.</summary>
internal static class ProcessFigures
{
    private const int ClockOfScheduler = 2;

    /// <summary>The memory that it has resident now, in bytes.</summary>
    public static long Rss(int process) => Status(process, "VmRSS:") << 10;

    /// <summary>The most that it ever had resident, in bytes.</summary>
    public static long PeakRss(int process) => Status(process, "VmHWM:") << 10;

    /// <summary>The processor time that it has used, of all its threads, to the nanosecond: an idle process uses less in a second than a tick of <c>/proc</c>.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        // The clock of another process, as clock_getcpuclockid(3) makes it.
        if (Read((~process << 3) | ClockOfScheduler, out var time) != 0)
            throw new InvalidOperationException($"The processor time of process {process} cannot be read.");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1e3);
    }

    /// <summary>How many files and sockets this process, and so each that it starts, may have open.</summary>
    public static long MostOpenFiles()
    {
        var limit = Line("/proc/self/limits", "Max open files").Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return limit == "unlimited" ? long.MaxValue : Number(limit);
    }

    private static long Status(int process, string field) =>
        Number(Line($"/proc/{process}/status", field).Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static string Line(string file, string beginning) => File.ReadLines(file).First(line => line.StartsWith(beginning, StringComparison.Ordinal));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int Read(int clock, out TimeSpec time);
}
