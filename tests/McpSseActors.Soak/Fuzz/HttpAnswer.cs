using System.Globalization;
using System.Text;
using McpSseActors.TestServer.Faults;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Makes an HTTP answer that is plausible, odd, spoilt or cut, the same one for the same seed.</summary>
internal static class HttpAnswer
{
    public static byte[] Make(ulong seed, int port)
    {
        var random = new SeededRandom(seed);
        var isRedirect = random.OneIn(8);
        var isChunked = random.OneIn(2);
        var body = Body(random);
        var head = Head(random, isRedirect, isChunked, body.Length);
        byte[] answer =
        [
            .. random.OneIn(6) ? Spoilt(head, random) : head,
            // Never spoilt: it must lead nowhere else.
            .. Encoding.Latin1.GetBytes(isRedirect || random.OneIn(50) ? $"Location: {random.Pick<string>(AnswerParts.Locations(port))}\r\n" : ""),
            .. "\r\n"u8,
            .. isChunked ? Chunked(body, random) : body,
        ];
        return random.OneIn(8) ? answer[..random.Below(answer.Length)] : answer;
    }

    private static byte[] Head(SeededRandom random, bool isRedirect, bool isChunked, int length)
    {
        var end = random.OneIn(20) ? random.Pick("\n", "\r") : "\r\n";
        var statusLine = isRedirect ? random.Pick<string>(AnswerParts.RedirectLines)
            : random.OneIn(2) ? random.Pick<string>(AnswerParts.StatusLines)
            : "HTTP/1.1 200 OK";
        var contentType = random.OneIn(3) ? random.Pick<string>(AnswerParts.ContentTypes) : "text/event-stream";
        var head = new StringBuilder(statusLine).Append(end);
        if (!random.OneIn(20))
            head.Append("Content-Type: ").Append(contentType).Append(end);
        if (isChunked)
            head.Append("Transfer-Encoding: chunked").Append(end);
        else if (random.OneIn(2))
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length + (random.OneIn(3) ? random.Between(-20, 20) : 0)}").Append(end);
        for (var headers = random.OneIn(2) ? 0 : random.Between(1, 4); headers > 0; headers--)
            head.Append(random.Pick<string>(AnswerParts.Headers)).Append(end);
        if (random.OneIn(100))
            AppendMany(head, random);
        return Encoding.Latin1.GetBytes(head.ToString());
    }

    // Bounded: what comes without a bound is the HTTP client's matter, and it has one.
    private static void AppendMany(StringBuilder head, SeededRandom random)
    {
        if (random.OneIn(2))
        {
            head.Append("X-Long: ").Append('x', random.Below(100_000)).Append("\r\n");
            return;
        }

        for (var count = random.Below(3000); count > 0; count--)
            head.Append(CultureInfo.InvariantCulture, $"X-{count}: {count}\r\n");
    }

    private static byte[] Body(SeededRandom random) => random.Below(10) switch
    {
        0 => [],
        1 => RandomBytes(random),
        _ => new StreamBytes().Make(random).ToArray(),
    };

    private static byte[] RandomBytes(SeededRandom random)
    {
        var bytes = new byte[random.Below(300)];
        random.Fill(bytes);
        return bytes;
    }

    private static byte[] Chunked(ReadOnlySpan<byte> body, SeededRandom random)
    {
        var coded = new List<byte>();
        while (!body.IsEmpty)
        {
            var length = Math.Min(random.Between(1, 200), body.Length);
            var size = random.OneIn(30) ? random.Pick<string>(AnswerParts.ChunkSizes) : length.ToString("x", CultureInfo.InvariantCulture);
            coded.AddRange(Encoding.ASCII.GetBytes(size + "\r\n"));
            coded.AddRange(body[..length]);
            coded.AddRange(random.OneIn(50) ? [] : "\r\n"u8);
            body = body[length..];
        }

        if (!random.OneIn(5))
            coded.AddRange(Encoding.ASCII.GetBytes(random.OneIn(10) ? "0\r\nTrailer: x\r\nbad\r\n\r\n" : "0\r\n\r\n"));
        return random.OneIn(5) ? Spoilt([.. coded], random) : [.. coded];
    }

    private static byte[] Spoilt(byte[] bytes, SeededRandom random)
    {
        var buffer = new byte[bytes.Length + 64];
        bytes.CopyTo(buffer, 0);
        return buffer[..Mutation.Apply(buffer, bytes.Length, random)];
    }
}
