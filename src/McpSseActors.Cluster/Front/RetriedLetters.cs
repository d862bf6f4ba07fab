namespace McpSseActors.Cluster.Front;

/// <summary>One answer of all nodes to <see cref="RetryDeadLetters"/>.</summary>
internal static class RetriedLetters
{
    private const int MostFaults = 100;

    /// <param name="nodes">What was asked of each node.</param>
    /// <param name="unreachable">The nodes that were not asked.</param>
    /// <returns>The sum of the answers, and the nodes without one; a failure if no node has answered.</returns>
    public static async Task<DeadLettersRetried> SumAsync(IReadOnlyDictionary<string, Task<DeadLettersRetried>> nodes, IReadOnlyCollection<string> unreachable)
    {
        await ((Task)Task.WhenAll(nodes.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var answers = nodes.Values.Where(each => each.IsCompletedSuccessfully).Select(each => each.Result).ToArray();
        if (answers.Length == 0 && nodes.Count > 0)
            await nodes.Values.First().ConfigureAwait(false);
        return new DeadLettersRetried(
            answers.Sum(one => one.Handled), answers.Sum(one => one.Failed), answers.Sum(one => one.UnderWay),
            [.. answers.SelectMany(one => one.Faults).Take(MostFaults)])
        {
            MissingNodes = [.. nodes.Where(each => !each.Value.IsCompletedSuccessfully).Select(each => each.Key).Concat(unreachable)
                .Order(StringComparer.Ordinal)],
        };
    }
}
