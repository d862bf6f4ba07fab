using System.Globalization;
using System.Text;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>The event streams that decoders are measured with. All are made by rule: every run sees the same bytes.</summary>
public static class Corpora
{
    private const int ChunkSize = 32 * 1024;
    private const int SmallSize = 107;
    private const int Kilobyte = 1024;
    private const int LineSize = 80;

    private static readonly string[] Types =
    [
        "system.status", "system.heartbeat", "system.shutdown", "user.login", "user.logout", "user.action",
        "chat.message", "chat.typing", "chat.reaction", "notification.info", "notification.warning", "notification.error",
    ];

    /// <summary>Every stream.</summary>
    public static IEnumerable<Corpus> All =>
    [
        InChunks("small", 2500, n => Event(n, SmallSize)),
        InChunks("small, CRLF", 2500, n => Event(n, SmallSize).ReplaceLineEndings("\r\n")),
        InChunks("small, not ASCII", 2500, n => Event(n, SmallSize, filler: '语')),
        InChunks("1 KB", 256, n => Event(n, Kilobyte)),
        InChunks("64 KB, one line", 8, n => Event(n, 64 * Kilobyte)),
        InChunks("64 KB, many lines", 8, LongEvent),
        new("small, one a read", 1000, [.. Enumerable.Range(0, 1000).Select(n => Encoding.UTF8.GetBytes(Event(n, SmallSize)))]),
        new("small, a byte a read", 100, [.. Stream(100, n => Event(n, SmallSize)).Select(value => (byte[])[value])]),
    ];

    private static Corpus InChunks(string name, int events, Func<int, string> create) =>
        new(name, events, [.. Stream(events, create).Chunk(ChunkSize)]);

    private static byte[] Stream(int events, Func<int, string> create) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, events).Select(create)));

    /// <summary>An event of so many bytes on the wire (the filler may make it a few less).</summary>
    private static string Event(int n, int size, char filler = 'x')
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"id: {100_000 + n}\nevent: {Types[n % Types.Length]}\ndata: {{\"n\":{n},\"text\":\"");
        const string End = "\"}\n\n";
        var room = size - start.Length - End.Length;
        return start + new string(filler, room / Encoding.UTF8.GetByteCount([filler])) + End;
    }

    private static string LongEvent(int n)
    {
        var line = $"data: {new string('x', LineSize - 1)}\n";
        return string.Create(CultureInfo.InvariantCulture, $"id: {n}\nevent: {Types[n % Types.Length]}\n")
            + string.Concat(Enumerable.Repeat(line, 64 * Kilobyte / LineSize)) + "\n";
    }
}
