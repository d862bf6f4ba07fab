using System.IO.Compression;

namespace McpSseActors.Connections;

/// <summary>Undoes the content codings of an answer (RFC 9110, 8.4) as its bytes come.</summary>
internal static class ContentCoding
{
    /// <summary>Each layer costs memory, and no honest server needs more.</summary>
    public const int MaxLayers = 4;

    /// <summary>The codings in the order in which they were applied, without those that change nothing.</summary>
    public static IReadOnlyList<string> Parse(string header) =>
    [
        .. header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(coding => coding.ToLowerInvariant())
            .Where(coding => coding != "identity"),
    ];

    /// <summary>Whether these can be undone.</summary>
    public static bool IsKnown(string coding) => coding is "gzip" or "x-gzip" or "br" or "deflate";

    /// <summary>The stream without its codings; the last applied is the first to be undone.</summary>
    public static Stream Undo(IEnumerable<string> codings, Stream encoded) => codings.Reverse().Aggregate(encoded, Undo);

    /// <summary>Whether a read failed because of what was sent, and not because of the connection.</summary>
    public static bool IsCorruption(Exception fault) => fault is InvalidDataException or InvalidOperationException and not ObjectDisposedException;

    private static Stream Undo(Stream encoded, string coding) => coding switch
    {
        "gzip" or "x-gzip" => new GZipStream(encoded, CompressionMode.Decompress),
        "br" => new BrotliStream(encoded, CompressionMode.Decompress),
        "deflate" => new ZLibStream(encoded, CompressionMode.Decompress),
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "not a known coding"),
    };
}
