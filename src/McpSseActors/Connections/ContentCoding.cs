using System.IO.Compression;

namespace McpSseActors.Connections;

/// <summary>Decodes the content codings of a response (RFC 9110, 8.4) as its bytes arrive.</summary>
internal static class ContentCoding
{
    /// <summary>Each layer costs memory, and a well-behaved server needs one.</summary>
    public const int MaxLayers = 4;

    /// <summary>Gets the codings in the order in which they were applied, without <c>identity</c>.</summary>
    public static IReadOnlyList<string> Parse(string header) =>
    [
        .. header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(coding => coding.ToLowerInvariant())
            .Where(coding => coding != "identity"),
    ];

    /// <summary>Whether a coding can be decoded.</summary>
    public static bool IsKnown(string coding) => coding is "gzip" or "x-gzip" or "br" or "deflate";

    /// <summary>Gets the decoded stream; the coding that was applied last is decoded first.</summary>
    public static Stream Undo(IEnumerable<string> codings, Stream encoded) => codings.Reverse().Aggregate(encoded, Undo);

    /// <summary>Whether a read failed because of the data, and not because of the connection.</summary>
    public static bool IsCorruption(Exception fault) => fault is InvalidDataException or InvalidOperationException and not ObjectDisposedException;

    private static Stream Undo(Stream encoded, string coding) => coding switch
    {
        "gzip" or "x-gzip" => new GZipStream(encoded, CompressionMode.Decompress),
        "br" => new BrotliStream(encoded, CompressionMode.Decompress),
        "deflate" => new ZLibStream(encoded, CompressionMode.Decompress),
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "not a known coding"),
    };
}
