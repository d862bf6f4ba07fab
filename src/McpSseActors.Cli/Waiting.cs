namespace McpSseActors.Cli;

/// <summary>Waits that always end.</summary>
internal static class Waiting
{
    // What a timer can be set to. Nobody waits so long.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>Ends when the token is cancelled, and does not throw.</summary>
    public static async Task WhenCancelledAsync(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task.ConfigureAwait(false);
    }

    /// <summary>Ends when the time is up; never for a time that no timer can be set to.</summary>
    public static Task PassAsync(this TimeProvider time, TimeSpan span) =>
        span < Longest ? Task.Delay(span, time) : new TaskCompletionSource().Task;

    /// <summary>Waits for a task at most so long, and leaves what it came to to the caller; gives whether it is done.</summary>
    public static async Task<bool> IsDoneWithinAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        await Task.WhenAny(task).WithinAsync(limit, time, cancellation).ConfigureAwait(false);
        return task.IsCompleted;
    }

    /// <summary>Waits for a task at most so long; gives whether it ended by itself.</summary>
    public static async Task<bool> WithinAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(Longest < limit ? Timeout.InfiniteTimeSpan : limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
