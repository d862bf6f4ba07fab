using System.Diagnostics;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text;
using Akka.Actor;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Server;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What a client does whose events are timed.</summary>
/// <param name="Url">A stream of events with the server's timestamp in their data.</param>
/// <param name="Kind">Which client.</param>
/// <param name="WarmUp">How many events at the beginning do not count.</param>
/// <param name="Events">How many events count.</param>
internal sealed record LatencySettings(string Url, ClientKind Kind, int WarmUp, int Events);

/// <summary>How long events took from the server to the handler, in microseconds.</summary>
/// <param name="P50">The median.</param>
/// <param name="P99">99 % took no longer.</param>
/// <param name="P999">99.9 % took no longer.</param>
/// <param name="Pace">How well the server kept its rate, in its own words.</param>
internal sealed record LatencyResult(double P50, double P99, double P999, string Pace);

/// <summary>Times each event of a stream from the server's timestamp to the handler.</summary>
internal static class LatencyClient
{
    public static async Task RunAsync(LatencySettings settings, Parent parent)
    {
        var arrivals = new Arrivals(settings);
        if (settings.Kind is ClientKind.Bare)
            _ = ReadBareAsync(settings.Url, arrivals);
        else
            await LibraryHost.ConnectAsync(1, mcp => mcp.AddStream(settings.Url, LibraryHost.Quick).AddHandler("*", arrivals.HandlerProps));
        Parent.Tell(await arrivals.Result);
        await parent.Gone;
    }

    private static async Task ReadBareAsync(string url, Arrivals arrivals)
    {
        using var client = new HttpClient();
        await using var stream = await client.GetStreamAsync(url);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            arrivals.Add(item.EventType, item.Data);
    }
}

/// <summary>The times that events took; kept by one thread after the other.</summary>
internal sealed class Arrivals(LatencySettings settings)
{
    private readonly TaskCompletionSource<LatencyResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _ticks = new long[settings.WarmUp + settings.Events];
    private int _count;

    /// <summary>Ends with the last event.</summary>
    public Task<LatencyResult> Result => _result.Task;

    /// <summary>The handler of the library that is measured.</summary>
    public Props HandlerProps => settings.Kind is ClientKind.Batch ? Props.Create(() => new Batch(this)) : Props.Create(() => new Plain(this));

    public void Add(string type, string data)
    {
        var now = Stopwatch.GetTimestamp();
        if (_count < _ticks.Length)
            _ticks[_count++] = now - long.Parse(data, CultureInfo.InvariantCulture);
        else if (type == Paced.VerdictType)
            Finish(data);
    }

    private void Add(string type, ReadOnlySpan<byte> data)
    {
        var now = Stopwatch.GetTimestamp();
        if (_count < _ticks.Length)
            _ticks[_count++] = now - long.Parse(data, CultureInfo.InvariantCulture);
        else if (type == Paced.VerdictType)
            Finish(Encoding.UTF8.GetString(data));
    }

    private void Finish(string pace)
    {
        double[] sorted = [.. _ticks.Skip(settings.WarmUp).Select(each => Stopwatch.GetElapsedTime(0, each).TotalMicroseconds).Order()];
        _result.SetResult(new(sorted.Percentile(0.5), sorted.Percentile(0.99), sorted.Percentile(0.999), pace));
    }

    private sealed class Plain : ReceiveActor
    {
        public Plain(Arrivals arrivals) => Receive<McpEvent>(received => arrivals.Add(received.EventType, received.Utf8Data.Span));
    }

    private sealed class Batch(Arrivals arrivals) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var each in events)
                arrivals.Add(each.EventType, each.Utf8Data);
        }
    }
}
