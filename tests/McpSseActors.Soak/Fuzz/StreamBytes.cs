using System.Text;
using McpSseActors.TestServer.Faults;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Makes event streams of everything that has ever confused a decoder, and spoils some of them. One thread at a time.</summary>
internal sealed class StreamBytes
{
    public const int Longest = 32 * 1024;

    private const int DecentKinds = 12;
    private const int Kinds = 16;

    private static readonly byte[][] LineEnds = Utf8("\n", "\n\n", "\r", "\r\n", "\r\r", "\r\n\r\n", "\n\r", "\r\n\n");

    private static readonly byte[][] Fields = Utf8(
        "data", "data:", "data: ", "data: x", "data:  two", "data::", "event", "event:", "event: a", "event: chat.message", "id", "id:", "id: 1", "id: 2",
        "id: é", "retry:", "retry: 7", "retry", ":", ": comment", "data: {\"a\":1}");

    private static readonly byte[][] Oddities = Utf8(
        " ", "\t", "\0", "Data:", "datax:", "dat", "data :", " data:", "id: a\0b", "\uFEFF", "\uFEFFdata: x", "é", "…", "你好", "😀", "\u2028",
        "\u0085", "\v", "\f",
        "retry: 99999999999999999999", "retry: 007", "retry: ٣", "retry: -1", "retry: +1", "retry: 1 ", "retry: 0x1", "retry: 2147483647", "retry: 2147483648",
        "retry: 9223372036854775808", "retry:7\0");

    private static readonly byte[][] Invalid =
    [
        [0xFF], [0xC3], [0xE2, 0x80], [0xF0, 0x9F, 0x98], [0x80], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xEF], [0xEF, 0xBB], [0xF4, 0x90], [0xE2, 0x82, 0x41],
    ];

    private readonly byte[] _bytes = new byte[Longest];
    private int _length;

    /// <summary>The next stream; valid until the one after it.</summary>
    public Span<byte> Make(SeededRandom random)
    {
        _length = 0;
        // Half of them stay decent, since one spoilt byte takes a whole stream off the decoder's fast path.
        var isDecent = random.OneIn(2);
        for (var tokens = random.OneIn(50) ? random.Below(400) : random.Below(40); tokens > 0; tokens--)
            AppendToken(random, isDecent ? DecentKinds : Kinds);
        if (!isDecent && random.OneIn(3))
            _length = Mutation.Apply(_bytes, _length, random);
        return _bytes.AsSpan(0, _length);
    }

    private void AppendToken(SeededRandom random, int kinds)
    {
        switch (random.Below(kinds))
        {
            case < 6:
                Append(random.Pick<byte[]>(LineEnds));
                break;
            case < 11:
                Append(random.Pick<byte[]>(Fields));
                break;
            case < DecentKinds:
                AppendRun((byte)random.Pick('x', '7', ' ', ':'), random.OneIn(100) ? random.Below(5000) : random.Below(200));
                break;
            case < 14:
                Append(random.Pick<byte[]>(Oddities));
                break;
            case 14:
                Append(random.Pick<byte[]>(Invalid));
                break;
            default:
                AppendRandom(random, random.Below(12));
                break;
        }
    }

    private void Append(ReadOnlySpan<byte> token)
    {
        if (token.TryCopyTo(_bytes.AsSpan(_length)))
            _length += token.Length;
    }

    private void AppendRun(byte value, int count)
    {
        count = Math.Min(count, Longest - _length);
        _bytes.AsSpan(_length, count).Fill(value);
        _length += count;
    }

    private void AppendRandom(SeededRandom random, int count)
    {
        count = Math.Min(count, Longest - _length);
        random.Fill(_bytes.AsSpan(_length, count));
        _length += count;
    }

    private static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
