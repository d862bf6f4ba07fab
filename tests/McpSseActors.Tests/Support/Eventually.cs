using System.Diagnostics;

namespace McpSseActors.Tests.Support;

/// <summary>Waits for something that becomes true without telling, by asking for it again and again.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task HoldsAsync(Func<Task> assertion)
    {
        var start = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(start) < Limit)
            {
                await pace.WaitForNextTickAsync();
            }
        }
    }
}
