using System.Runtime.CompilerServices;

namespace McpSseActors.DeadLetters;

/// <summary>What is made of a store's pages.</summary>
internal static class DeadLetterPages
{
    private const int PageSize = 100;
    private const int LongestList = 1 << 20;

    /// <summary>Gets a list of bounded size; it has at least one letter if there is one.</summary>
    public static async Task<DeadLetterList> ListAsync(this IDeadLetterStore store, GetDeadLetters request, CancellationToken cancellation)
    {
        var count = Math.Clamp(request.Count, 0, 1000);
        var found = await store.FindAsync(request.Filter, request.After ?? "", count + 1, cancellation).ConfigureAwait(false);
        var size = 0L;
        StoredDeadLetter[] shown = [.. found.Take(count).TakeWhile((letter, index) => (size += letter.Size) <= LongestList || index == 0)];
        return new DeadLetterList([.. shown], shown.Length < found.Count && shown is [.., var last] ? last.Id : null);
    }

    /// <summary>Gets all letters, oldest first, a page at a time.</summary>
    public static async IAsyncEnumerable<StoredDeadLetter> AllAsync(this IDeadLetterStore store, DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = "";
        while (true)
        {
            var page = await store.FindAsync(filter, after, PageSize, cancellation).ConfigureAwait(false);
            foreach (var letter in page)
                yield return letter;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Id;
        }
    }
}
