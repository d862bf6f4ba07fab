using System.Globalization;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>What the kernel says of a process, from <c>/proc</c>.</summary>
internal static class ProcessFigures
{
    private const int TicksPerSecond = 100;

    /// <summary>The memory that it has resident now, in bytes.</summary>
    public static long Rss(int process) => Status(process, "VmRSS:") << 10;

    /// <summary>The most that it ever had resident, in bytes.</summary>
    public static long PeakRss(int process) => Status(process, "VmHWM:") << 10;

    /// <summary>The processor time that it has used, of all its threads.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        // The name, in brackets, may contain blanks; utime and stime are the 12th and 13th field after it.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / (double)TicksPerSecond);
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
}
