using System.Collections.Immutable;

namespace McpSseActors.TestServer.Faults;

/// <summary>Everything that the server does to its client. None of it may lose an event, or bring one twice.</summary>
public static class Faults
{
    /// <summary>The <c>max_event_size</c> that the client has.</summary>
    public const int MaxEventSize = 64 * 1024;

    /// <summary>The most that is replayed, less than the client's <c>resume-window</c>.</summary>
    public const int LongestReplay = 1000;

    public static ImmutableArray<Fault> All { get; } =
    [
        new("reset", Reset),
        new("clean end"),
        new("cut in an event", CutInEvent),
        new("reset in an event", async exchange => await CutInEvent(exchange) || await Reset(exchange)),
        new("chunks without an end", OnAnswer: exchange => SomeEventsThen(exchange, "")),
        new("broken chunk", OnAnswer: exchange => SomeEventsThen(exchange, "xyz\r\nno chunk")),
        new("empty stream", OnAnswer: exchange => Say(exchange, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n")),
        new("500", OnAnswer: exchange => Reject(exchange, "500 Internal Server Error")),
        new("502", OnAnswer: exchange => Reject(exchange, "502 Bad Gateway")),
        new("503", OnAnswer: exchange => Reject(exchange, "503 Service Unavailable")),
        new("503 Retry-After: 0", OnAnswer: exchange => Reject(exchange, "503 Service Unavailable", "Retry-After: 0\r\n")),
        new("503 Retry-After: 1", OnAnswer: exchange => Reject(exchange, "503 Service Unavailable", "Retry-After: 1\r\n")),
        new("429", OnAnswer: exchange => Reject(exchange, "429 Too Many Requests")),
        new("redirect to itself", OnAnswer: exchange => Reject(exchange, "302 Found", $"Location: {exchange.Path}\r\n")),
        new("redirect and back", OnAnswer: exchange => Reject(exchange, "307 Temporary Redirect", $"Location: {FaultServer.DetourPath}\r\n")),
        new("no answer", OnAnswer: SaySilently),
        new("half a head", OnAnswer: exchange => Say(exchange, "HTTP/1.1 200 OK\r\nContent-Ty")),
        new("closed at once", OnAnswer: _ => Task.FromResult(false)),
        new("no HTTP", OnAnswer: Babble),
        new("refused", RefuseFor: TimeSpan.FromSeconds(0.7)),
        new("silence", SaySilently),
        new("comments only", CommentsOnly),
        new("replay", OnAnswer: Replay),
        new("too long an event", exchange => GoOn(exchange.SendAsync($"data: {new string('x', MaxEventSize + 100)}\n\n"))),
        new("too long a comment", exchange => GoOn(exchange.SendAsync($":{new string('x', MaxEventSize + 100)}\n"))),
        new("retry:", exchange => GoOn(exchange.SendAsync($"retry: {exchange.Random.Pick(0, 1, 20, 100, 250)}\n\n"))),
        new("invalid UTF-8", exchange => GoOn(exchange.SendAsync((byte[])[.. ": "u8, 0xFF, 0xC3, 0xED, 0xA0, 0x80, .. "\r\n"u8]))),
        new("byte by byte", ByteByByte),
        new("tiny writes", TinyWrites),
    ];

    private static Task<bool> Reset(FaultExchange exchange)
    {
        exchange.Reset();
        return Task.FromResult(false);
    }

    private static async Task<bool> CutInEvent(FaultExchange exchange)
    {
        var next = exchange.NextEvent();
        await exchange.SendAsync(next.AsMemory(0, exchange.Random.Between(1, next.Length - 1)));
        // What a reset finds unsent is thrown away, and half an event is only of use if it arrives.
        await Task.Delay(20, exchange.Stopped);
        return false;
    }

    private static async Task<bool> SomeEventsThen(FaultExchange exchange, string end)
    {
        await exchange.OpenAsync(chunked: true);
        await exchange.SendEventsAsync(exchange.Position + exchange.Random.Below(20));
        return await Say(exchange, end);
    }

    private static async Task<bool> Say(FaultExchange exchange, string text)
    {
        await exchange.WriteAsync(text);
        return false;
    }

    private static async Task<bool> Reject(FaultExchange exchange, string status, string headers = "")
    {
        await exchange.AnswerAsync(status, headers);
        return false;
    }

    private static async Task<bool> SaySilently(FaultExchange exchange)
    {
        await exchange.UntilClientLeavesAsync();
        return false;
    }

    private static async Task<bool> Babble(FaultExchange exchange)
    {
        var bytes = new byte[300];
        exchange.Random.Fill(bytes);
        await exchange.WriteAsync(bytes);
        return false;
    }

    private static async Task<bool> CommentsOnly(FaultExchange exchange)
    {
        for (var i = 0; i < 15; i++)
        {
            await exchange.SendAsync($": still here {i}\n");
            await Task.Delay(100, exchange.Stopped);
        }

        return true;
    }

    private static Task<bool> Replay(FaultExchange exchange)
    {
        exchange.Position -= exchange.Random.Between(1, LongestReplay);
        return Task.FromResult(true);
    }

    private static async Task<bool> ByteByByte(FaultExchange exchange)
    {
        var bytes = exchange.NextEvent();
        for (var i = 0; i < bytes.Length; i++)
        {
            await exchange.SendAsync(bytes.AsMemory(i, 1));
            if (i < 100)
                await Task.Delay(10, exchange.Stopped);
        }

        exchange.Position++;
        return true;
    }

    private static async Task<bool> TinyWrites(FaultExchange exchange)
    {
        for (var i = 0; i < 30; i++)
        {
            ReadOnlyMemory<byte> rest = exchange.NextEvent();
            while (!rest.IsEmpty)
            {
                var length = Math.Min(exchange.Random.Between(1, 7), rest.Length);
                await exchange.SendAsync(rest[..length]);
                rest = rest[length..];
            }

            exchange.Position++;
        }

        return true;
    }

    private static async Task<bool> GoOn(Task sending)
    {
        await sending;
        return true;
    }
}
