using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Actors.Streams;

/// <summary>Asks every stream for its statistics at once. A stream that cannot answer does not hide the others.</summary>
internal static class StatsOfAll
{
    /// <param name="streams">The streams, sorted by name.</param>
    /// <param name="lost">The names of the streams that are missed.</param>
    /// <param name="limit">The longest wait.</param>
    public static async Task<AllStats> AskAsync(ImmutableArray<StreamEntry> streams, ImmutableArray<string> lost, TimeSpan limit)
    {
        var answers = await Task.WhenAll(streams.Select(stream => AskAsync(stream.Actor, limit))).ConfigureAwait(false);
        ImmutableArray<StreamStats> known = [.. answers.OfType<StreamStats>()];
        return new AllStats(known) { Missing = [.. streams.Select(stream => stream.Name).Except(known.Select(stats => stats.Stream)).Concat(lost).Order(StringComparer.Ordinal)] };
    }

    private static async Task<StreamStats?> AskAsync(IActorRef stream, TimeSpan limit)
    {
        try
        {
            return await stream.Ask<StreamStats>(new GetStats(), limit).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
