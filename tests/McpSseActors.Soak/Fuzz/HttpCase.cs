using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Sse;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Makes one exchange as an attempt does, and checks that something sensible comes of it in time.</summary>
internal static class HttpCase
{
    private const int ChunkSize = 32 * 1024;
    private const int LongestReason = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How the exchange ended, in words.</summary>
    public static async Task<string> TryAsync(ulong seed, int port)
    {
        var options = new StreamOptions { Name = "fuzz", Enabled = true, ServerUrl = $"http://127.0.0.1:{port}/{seed}", MaxReconnectAttempts = -1, MaxEventSize = 1024 };
        using var limit = new CancellationTokenSource(Limit);
        AttemptOutcome outcome;
        try
        {
            outcome = await ExchangeAsync(options, seed, limit.Token).WaitAsync(Limit + Grace, CancellationToken.None);
        }
        catch (Exception hang) when (hang is TimeoutException || limit.IsCancellationRequested)
        {
            throw new FuzzException($"no end within {Limit.TotalSeconds} s");
        }

        var reason = CheckWhatFollows(outcome, options).Reason;
        if (Redact.Line(reason) is { } shown && (shown.Any(char.IsControl) || shown.Length > LongestReason))
            throw new FuzzException($"the reason is not one short line: {shown}");
        return outcome switch
        {
            AttemptOutcome.Lost lost => $"lost: {lost.Reason}",
            AttemptOutcome.Rejected rejected => $"rejected: {rejected.Status}",
            AttemptOutcome.NotSupported wrong => $"not supported: {wrong.Reason}",
            _ => "ended",
        };
    }

    private static async Task<AttemptOutcome> ExchangeAsync(StreamOptions options, ulong seed, CancellationToken limit)
    {
        var url = new Uri(options.ServerUrl);
        using var transport = new SseTransport(options, new ServerMemory("fuzz", NoLogger.Instance, new SecretGate(options)));
        var outcome = await transport.OpenAsync(new OpenRequest(url, new StreamPosition(new SeededRandom(seed).OneIn(3) ? $"{seed} é" : "")), limit);
        if (outcome is not AttemptOutcome.Opened)
            return outcome;
        try
        {
            await DecodeAsync(transport, limit);
            return new AttemptOutcome.Ended();
        }
        catch (Exception broke) when (broke is HttpRequestException or IOException or InvalidDataException)
        {
            return NetworkFault.Describe(broke, url);
        }
    }

    private static async Task DecodeAsync(SseTransport transport, CancellationToken limit)
    {
        var cursor = new StreamCursor();
        ISseSink sink = new CountingSink();
        while (await transport.ReadAsync(ChunkSize, limit) is { Length: > 0 } chunk)
        {
            chunk.Read(cursor, ref sink);
            chunk.Return();
        }
    }

    // The step after it is decided in the connection's actor, which must not crash on any outcome.
    private static NextStep CheckWhatFollows(AttemptOutcome outcome, StreamOptions options)
    {
        var step = RetryPolicy.Decide(outcome, options, new AttemptHistory(Failures: 3), random: 0.5);
        if (step is NextStep.ConnectLater later && (later.Delay <= TimeSpan.Zero || later.Delay > StreamOptions.LongestRetryAfter + options.MaxReconnectDelay))
            throw new FuzzException($"the next attempt is to follow in {later.Delay}");
        return step;
    }
}
