namespace McpSseActors.Cli.Streams;

/// <summary>
/// One run of streams: until every stream has ended, the command has enough, or the user ends it. All commands that print or record streams run
/// them here, so they end alike.
/// </summary>
internal static class StreamRun
{
    /// <summary>Runs streams, then stops those that still run.</summary>
    /// <param name="context">The command.</param>
    /// <param name="setup">The streams.</param>
    /// <param name="enough">Ends when the command has what it wants.</param>
    /// <param name="onStarted">Called when the streams can be asked, with a token that ends with the run; null for nothing.</param>
    public static async Task<RunEnd> RunAsync(CommandContext context, StreamHostSetup setup, Task enough, Action<StreamHost, CancellationToken>? onStarted = null)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.Ending);
        await using var host = await StreamHost.StartAsync(context.Environment, setup, context.Ending).ConfigureAwait(false);
        onStarted?.Invoke(host, over.Token);
        await Task.WhenAny(host.Watch.AllEnded, enough, context.Ending.WhenCancelledAsync()).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        var isByUser = context.Ending.IsCancellationRequested;
        var final = await host.DrainAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        return new RunEnd(final, isByUser, host.Watch.Failures.Count > 0);
    }
}

/// <summary>How a run of streams ended.</summary>
/// <param name="Final">The statistics at the end.</param>
/// <param name="IsByUser">Whether the user ended it, so that any number of events is enough.</param>
/// <param name="HasFailures">Whether a stream failed for good.</param>
internal sealed record RunEnd(IReadOnlyList<StreamStats> Final, bool IsByUser, bool HasFailures)
{
    /// <summary>Gets the exit code.</summary>
    /// <param name="hasAll">Whether all events that were asked for arrived; null if no number was.</param>
    public int ExitCode(bool? hasAll) => IsByUser || (hasAll ?? !HasFailures) ? ExitCodes.Ok : ExitCodes.Failed;
}
