using System.Diagnostics;

namespace McpSseActors.TestSupport;

/// <summary>Waits for a condition that gives no signal, by checking it repeatedly.</summary>
public static class Eventually
{
    /// <summary>How long a condition may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task HoldsAsync(Action assertion) => HoldsAsync(() =>
    {
        assertion();
        return Task.CompletedTask;
    });

    public static async Task HoldsAsync(Func<Task> assertion)
    {
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(start) < Limit)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
