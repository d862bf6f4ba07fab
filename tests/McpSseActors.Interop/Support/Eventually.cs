using Shouldly;

namespace McpSseActors.Interop.Support;

/// <summary>Waits for what becomes true by itself.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task HoldsAsync(Action assertion) => HoldsAsync(() =>
    {
        assertion();
        return Task.CompletedTask;
    });

    public static async Task HoldsAsync(Func<Task> assertion)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (ShouldAssertException) when (!limit.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
