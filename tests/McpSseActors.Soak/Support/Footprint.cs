using System.Diagnostics;
using System.Globalization;

namespace McpSseActors.Soak.Support;

/// <summary>What this process takes, after a full collection, so that only what is still held counts.</summary>
/// <param name="Rss">The resident memory in bytes.</param>
/// <param name="Heap">The bytes of live managed objects.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct Footprint(long Rss, long Heap, int Handles, int Threads)
{
    private const long Allowance = 8 << 20;

    /// <summary>The rule for memory.</summary>
    public const string MemoryRule = "at most 10 % and 8 MB more";

    /// <summary>Collects, which also brings unobserved exceptions to light, and measures.</summary>
    public static Footprint Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return new(process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false), process.HandleCount, process.Threads.Count);
    }

    /// <summary>Whether memory went from one amount to another within the rule.</summary>
    public static Check Memory(string what, double before, double after) =>
        new(what, after <= (before * 1.1) + Allowance, $"{Megabytes(before)} -> {Megabytes(after)} ({MemoryRule})");

    /// <summary>Whether a number of things grew by no more than that.</summary>
    public static Check Number(string what, double before, double after, int slack) =>
        new(what, after <= before + slack, string.Create(CultureInfo.InvariantCulture, $"{before} -> {after} (at most {slack} more)"));

    public static string Megabytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.0} MB");
}
