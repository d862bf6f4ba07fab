using System.IO.Compression;

namespace McpSseActors.Connections;

/// <summary>Decodes the content codings of a response (RFC 9110, 8.4) as its bytes arrive.</summary>
internal static class ContentCoding
{
    /// <summary>Each layer costs memory, and a well-behaved server needs one.</summary>
    private const int MaxLayers = 4;

    /// <summary>The registered codings (IANA HTTP Content Coding Registry) that change the body.</summary>
    private static readonly HashSet<string> Registered =
        ["aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "gzip", "pack200-gzip", "x-compress", "x-gzip", "zstd"];

    /// <summary>
    /// Gets the registered codings in the order in which they were applied, without <c>identity</c>. Others, such as
    /// <c>none</c> and <c>utf-8</c>, change nothing: servers send them against buffering, or by mistake.
    /// </summary>
    public static IReadOnlyList<string> Parse(string header) => [.. Names(header).Where(Registered.Contains)];

    /// <summary>Gets the values that are not registered.</summary>
    public static IEnumerable<string> Ignored(string header) => Names(header).Where(name => name != "identity" && !Registered.Contains(name));

    /// <summary>Gets the reason why a body cannot be decoded; null if it can.</summary>
    public static string? Refuse(IReadOnlyList<string> codings)
    {
        if (codings.FirstOrDefault(coding => !IsKnown(coding)) is { } unknown)
            return $"the server compresses with {unknown}, which is not supported; configure it to send gzip, br, deflate or plain text";
        return codings.Count > MaxLayers ? $"the server compresses {codings.Count} times; configure it to compress once" : null;
    }

    /// <summary>Gets the decoded stream; the coding that was applied last is decoded first.</summary>
    /// <exception cref="TransportException">A coding is not supported.</exception>
    public static Stream Undo(IReadOnlyList<string> codings, Stream encoded) => Refuse(codings) is { } reason
        ? throw TransportException.NotSupported(reason)
        : codings.Reverse().Aggregate(encoded, Undo);

    /// <summary>Whether a read failed because of the data, and not because of the connection.</summary>
    public static bool IsCorruption(Exception fault) => fault is InvalidDataException or InvalidOperationException and not ObjectDisposedException;

    private static IEnumerable<string> Names(string header) => header
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(coding => coding.Split(';')[0].TrimEnd().ToLowerInvariant());

    private static bool IsKnown(string coding) => coding is "gzip" or "x-gzip" or "br" or "deflate";

    private static Stream Undo(Stream encoded, string coding) => coding switch
    {
        "gzip" or "x-gzip" => new GZipStream(encoded, CompressionMode.Decompress),
        "br" => new BrotliStream(encoded, CompressionMode.Decompress),
        "deflate" => new DeflatedBody(encoded),
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "not a known coding"),
    };
}
