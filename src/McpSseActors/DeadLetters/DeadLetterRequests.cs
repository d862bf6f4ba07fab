using System.Collections.Immutable;
using McpSseActors.DeadLetters;
using McpSseActors.Messages;

namespace McpSseActors;

/// <summary>
/// Gets dead letters, sorted by their IDs, oldest first. Reply: <see cref="DeadLetterList"/>. If the store does not answer, the reply to this and to every request below is a
/// failure: <see cref="PositionStoreException"/>. If the filter has an invalid pattern, it is <see cref="FormatException"/>.
/// </summary>
/// <param name="Filter">Selects letters.</param>
/// <param name="Count">The maximum number of letters, up to 1,000; default 100. The list ends sooner when its events have more than 1 MiB.</param>
/// <param name="After">Where the list begins: <see cref="DeadLetterList.Next"/> of the list before; null for the oldest letter.</param>
public sealed record GetDeadLetters(DeadLetterFilter Filter, int Count = 100, string? After = null) : IDeadLetterRequest;

/// <summary>The reply to <see cref="GetDeadLetters"/>.</summary>
/// <param name="Letters">The letters, oldest first.</param>
/// <param name="Next">Where the next list begins; null at the end of the list.</param>
public sealed record DeadLetterList(ImmutableArray<StoredDeadLetter> Letters, string? Next) : IMcpSseMessage, IShortenable
{
    IMcpSseMessage IShortenable.ToFit(long longest, Func<object, long> length) =>
        Letters.Fit(longest, length) is [.., var last] letters ? new DeadLetterList(letters, last.Id) : this;
}

/// <summary>Counts dead letters. Reply: <see cref="DeadLetterCount"/>.</summary>
/// <param name="Filter">Selects letters.</param>
public sealed record CountDeadLetters(DeadLetterFilter Filter) : IDeadLetterRequest;

/// <summary>The reply to <see cref="CountDeadLetters"/>.</summary>
/// <param name="Count">The number of letters that the filter selects.</param>
/// <param name="FellOut">The number of letters of any kind that were discarded since the host started because a limit was reached.</param>
public sealed record DeadLetterCount(long Count, long FellOut) : IMcpSseMessage;

/// <summary>
/// Gives events to the handlers that failed on them again, those of one handler one after the other. A letter is discarded when its handler has
/// succeeded. Reply: <see cref="DeadLettersRetried"/>, within half of <c>mcp-sse.ask-timeout</c>.
/// </summary>
/// <param name="Filter">Selects letters.</param>
public sealed record RetryDeadLetters(DeadLetterFilter Filter) : IDeadLetterRequest;

/// <summary>The reply to <see cref="RetryDeadLetters"/>.</summary>
/// <param name="Handled">The number of letters whose handler succeeded.</param>
/// <param name="Failed">The number of letters that stay.</param>
/// <param name="UnderWay">The number of letters that still wait for their handler, or are in its hands.</param>
/// <param name="Faults">Why letters stay: the first 100.</param>
public sealed record DeadLettersRetried(int Handled, int Failed, int UnderWay, ImmutableArray<DeadLetterFault> Faults) : IMcpSseMessage
{
    /// <summary>Gets the nodes of the cluster that did not answer, as <c>host:port</c>, sorted; always empty without a cluster.</summary>
    public ImmutableArray<string> MissingNodes { get; init; } = [];
}

/// <summary>Says why a dead letter stays.</summary>
/// <param name="Id">The letter's ID.</param>
/// <param name="Reason">The reason, for operators.</param>
public sealed record DeadLetterFault(string Id, string Reason) : IMcpSseMessage;

/// <summary>Discards dead letters. Reply: <see cref="DeadLettersDiscarded"/>.</summary>
/// <param name="Filter">Selects letters.</param>
public sealed record DiscardDeadLetters(DeadLetterFilter Filter) : IDeadLetterRequest;

/// <summary>The reply to <see cref="DiscardDeadLetters"/>.</summary>
/// <param name="Count">The number of letters discarded.</param>
public sealed record DeadLettersDiscarded(int Count) : IMcpSseMessage;
