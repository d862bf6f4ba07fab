using McpSseActors.Configuration;

namespace McpSseActors.Actors;

/// <summary>Calls a store, which may be slow, block its thread, as SQLite's does, or ignore its cancellation: it holds nobody up.</summary>
/// <param name="name">What it stores: <c>position store</c>.</param>
/// <param name="limit">How long a call may take.</param>
internal sealed class StoreCalls(string name, TimeSpan limit)
{
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        using var cancellation = new CancellationTokenSource(limit);
        return await Task.Run(() => call(cancellation.Token), CancellationToken.None).WaitAsync(limit + TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    /// <summary>Says what is wrong, for an operator.</summary>
    public string Describe(Exception fault) => fault is OperationCanceledException or TimeoutException
        ? $"the {name} did not answer within {limit.TotalSeconds:0.###} s"
        : $"the {name} failed: {Redact.Line(fault.Message)}";
}
