using System.Collections.Concurrent;

namespace McpSseActors.Configuration;

/// <summary>What hides the secrets of several streams, if they have the same: it takes kilobytes, and most streams of a host share their credentials.</summary>
internal static class SharedRedactors
{
    private const int Most = 64;

    private static readonly ConcurrentDictionary<string, SecretRedactor> All = new(StringComparer.Ordinal);

    /// <summary>Gets what hides the secrets of a stream.</summary>
    public static SecretRedactor For(StreamOptions options)
    {
        if (All.Count >= Most)
            All.Clear();
        return All.GetOrAdd(KeyOf(options), static (_, options) => new SecretRedactor(options), options);
    }

    private static string KeyOf(StreamOptions options) =>
        string.Join('\n', SecretValues.OfOptions(options).Select(value => $"{value.Length}:{value}"));
}
