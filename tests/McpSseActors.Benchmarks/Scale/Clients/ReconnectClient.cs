using System.Diagnostics;
using System.Globalization;
using System.Net.ServerSentEvents;
using Akka.Actor;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Hosting;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What a client does whose reconnects are timed.</summary>
/// <param name="Url">A stream that the server cuts a while behind its first event, whose data is the time of the cut before.</param>
/// <param name="Kind">Which client.</param>
/// <param name="WarmUp">How many reconnects at the beginning do not count.</param>
/// <param name="Reconnects">How many count.</param>
internal sealed record ReconnectSettings(string Url, ClientKind Kind, int WarmUp, int Reconnects)
{
    /// <summary>How many streams have the default settings, each cut by itself; none, and one stream comes back as soon as can be.</summary>
    public int DefaultStreams { get; init; }
}

/// <summary>How long reconnects took, from the server's cut to the handler of the next connection's first event; in microseconds.</summary>
/// <param name="P50">The median.</param>
/// <param name="P99">99 % took no longer.</param>
internal sealed record ReconnectResult(double P50, double P99);

/// <summary>Times how long a client takes to come back.</summary>
internal static class ReconnectClient
{
    public static async Task RunAsync(ReconnectSettings settings, Parent parent)
    {
        var times = new ReconnectTimes(settings);
        if (settings.Kind is ClientKind.Bare)
            _ = ReopenAsync(settings.Url, times);
        else if (settings.DefaultStreams > 0)
            await LibraryHost.ConnectAsync(settings.DefaultStreams, mcp => AddDefaults(mcp.AddHandler("*", times.HandlerProps), settings));
        else
            await LibraryHost.ConnectAsync(1, mcp => mcp.AddStream(settings.Url, LibraryHost.Quick).AddHandler("*", times.HandlerProps));
        Parent.Tell(await times.Result);
        await parent.Gone;
    }

    private static void AddDefaults(McpSseBuilder mcp, ReconnectSettings settings)
    {
        for (var i = 0; i < settings.DefaultStreams; i++)
            mcp.AddStream($"{settings.Url}-{i}", options => options with { Name = $"stream-{i}", EnableEventLogging = false });
    }

    // As by hand: one client, and whatever goes wrong, the stream is asked for again at once. It ends with the process, so that others have their turns.
    private static async Task ReopenAsync(string url, ReconnectTimes times)
    {
        using var client = new HttpClient();
        var lastEventId = "";
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                if (lastEventId.Length > 0)
                    request.Headers.Add("Last-Event-ID", lastEventId);
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                await using var stream = await response.Content.ReadAsStreamAsync();
                var parser = SseParser.Create(stream);
                await foreach (var item in parser.EnumerateAsync())
                {
                    lastEventId = parser.LastEventId;
                    times.Add(long.Parse(item.Data, CultureInfo.InvariantCulture));
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException)
            {
                // That is what is measured.
            }
        }
    }
}

/// <summary>The times of the reconnects.</summary>
internal sealed class ReconnectTimes(ReconnectSettings settings)
{
    private readonly TaskCompletionSource<ReconnectResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<double> _microseconds = [];

    /// <summary>Ends with the last reconnect.</summary>
    public Task<ReconnectResult> Result => _result.Task;

    /// <summary>The handler of the library.</summary>
    public Props HandlerProps => Props.Create(() => new Handler(this));

    /// <summary>Takes an event.</summary>
    /// <param name="cut">When the server cut the connection before; 0 where there was none.</param>
    public void Add(long cut)
    {
        var time = Stopwatch.GetElapsedTime(cut).TotalMicroseconds;
        lock (_microseconds)
        {
            if (cut > 0)
                _microseconds.Add(time);
            if (_microseconds.Count == settings.WarmUp + settings.Reconnects)
                Finish();
        }
    }

    private void Finish()
    {
        double[] sorted = [.. _microseconds.Skip(settings.WarmUp).Order()];
        _result.TrySetResult(new(sorted.Percentile(0.5), sorted.Percentile(0.99)));
    }

    private sealed class Handler : ReceiveActor
    {
        public Handler(ReconnectTimes times) =>
            Receive<McpEvent>(received => times.Add(long.Parse(received.Utf8Data.Span, CultureInfo.InvariantCulture)));
    }
}
