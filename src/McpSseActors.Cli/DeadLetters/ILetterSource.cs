namespace McpSseActors.Cli.DeadLetters;

/// <summary>Where the letters are that a command works on.</summary>
internal interface ILetterSource : IAsyncDisposable
{
    /// <summary>Gets when letters for which a retry is requested get to their handlers.</summary>
    string RetriesWhen { get; }

    /// <summary>Gets letters, oldest first.</summary>
    /// <param name="filter">Selects letters.</param>
    /// <param name="count">The maximum number of letters.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, int count, CancellationToken cancellation);

    /// <summary>Counts letters.</summary>
    Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation);

    /// <summary>Has letters retried, now or at the next start.</summary>
    Task<RetriedLetters> RetryAsync(DeadLetterFilter filter, CancellationToken cancellation);

    /// <summary>Discards letters.</summary>
    /// <returns>The number of letters discarded.</returns>
    Task<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancellation);
}

/// <summary>What became of letters that were to be retried.</summary>
/// <param name="Requested">The letters that their handlers get later.</param>
/// <param name="Handled">The letters that were handled.</param>
/// <param name="UnderWay">The letters that wait for their handler, or are in its hands.</param>
/// <param name="Failed">The letters that stay.</param>
/// <param name="Faults">Why they stay: the first of them.</param>
internal sealed record RetriedLetters(long Requested, int Handled, int UnderWay, int Failed, IReadOnlyList<DeadLetterFault> Faults)
{
    /// <summary>The nodes of a cluster that did not answer.</summary>
    public IReadOnlyList<string> MissingNodes { get; init; } = [];

    /// <summary>Gets whether every node has answered, and no letter stays.</summary>
    public bool IsComplete => Failed == 0 && MissingNodes.Count == 0;

    public static RetriedLetters operator +(RetriedLetters one, RetriedLetters other) => new(
        one.Requested + other.Requested,
        one.Handled + other.Handled,
        one.UnderWay + other.UnderWay,
        one.Failed + other.Failed,
        [.. one.Faults, .. other.Faults])
    {
        MissingNodes = [.. one.MissingNodes.Union(other.MissingNodes)],
    };
}
