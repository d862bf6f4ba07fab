using System.Text;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>The event streams that decoders are measured with: those of the catalogue, with irregular sizes, and some more. Every run sees the same bytes.</summary>
public static class ByteLoads
{
    private const int ChunkSize = 32 * 1024;
    private const int Kilobyte = 1024;

    /// <summary>Every stream.</summary>
    public static IEnumerable<ByteLoad> All =>
    [
        InChunks(Catalogue.Small.Name, 25_000, e => e.Small()),
        InChunks("small, one type", 25_000, e => e.Small(types: 1)),
        InChunks("small, CRLF", 25_000, e => e.Small().ReplaceLineEndings("\r\n")),
        InChunks("small, not ASCII", 25_000, e => e.Small(filler: '语')),
        InChunks("1 KB", 2500, e => e.OfSize(Kilobyte)),
        InChunks("64 KB, one line", 40, e => e.OfSize(64 * Kilobyte)),
        InChunks("64 KB, many lines", 40, e => e.OfLines(64 * Kilobyte)),
        new("small, one a read", 25_000, [.. Events(25_000, e => e.Small())]),
        new("small, a byte a read", 1000, [.. Events(1000, e => e.Small()).SelectMany(bytes => bytes).Select(value => (byte[])[value])]),
    ];

    private static ByteLoad InChunks(string name, int count, Func<EventText, string> write) =>
        new(name, count, [.. Events(count, write).SelectMany(bytes => bytes).Chunk(ChunkSize)]);

    private static IEnumerable<byte[]> Events(int count, Func<EventText, string> write)
    {
        var events = new EventText();
        return Enumerable.Range(0, count).Select(_ => Encoding.UTF8.GetBytes(write(events)));
    }
}
