using System.Globalization;

namespace McpSseActors.Handlers;

/// <summary>Limits how long an asynchronous delegate may take for one event.</summary>
internal static class TimeLimit
{
    /// <summary>The delegate with a limit, after which its token is canceled and it has failed with a <see cref="TimeoutException"/>, whether it ends or not.</summary>
    public static Func<T, CancellationToken, Task> On<T>(Func<T, CancellationToken, Task> handle, TimeSpan limit) => async (received, stopped) =>
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        var handling = handle(received, attempt.Token);
        try
        {
            await handling.WaitAsync(limit, CancellationToken.None);
        }
        catch (TimeoutException) when (!handling.IsCompleted)
        {
            await attempt.CancelAsync();
            _ = handling.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"the handler did not finish within {limit.TotalSeconds:0.###} s"));
        }
    };
}
