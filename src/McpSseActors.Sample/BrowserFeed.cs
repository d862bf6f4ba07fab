using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace McpSseActors.Sample;

/// <summary>
/// Passes events on to browsers. Each has a short queue; when it is full, because the browser reads slowly or not at all, the
/// oldest event is dropped and counted. So no browser ever holds up the stream, or another browser.
/// </summary>
public sealed class BrowserFeed : IDisposable
{
    public const string MeterName = "McpSseActors.Sample";

    /// <summary>So many events wait for a browser at the most.</summary>
    public const int Capacity = 100;

    private readonly ConcurrentDictionary<Channel<McpEvent>, bool> _browsers = new();
    private readonly IHostApplicationLifetime _lifetime;
    private readonly Meter _meter;
    private readonly Counter<long> _dropped;

    public BrowserFeed(IHostApplicationLifetime lifetime, IMeterFactory meters)
    {
        _lifetime = lifetime;
        _meter = meters.Create(MeterName);
        _dropped = _meter.CreateCounter<long>("sample.browser.dropped", "{event}", "Events that slow browsers did not get.");
        _meter.CreateObservableUpDownCounter("sample.browsers", () => _browsers.Count, "{browser}", "Browsers that are connected.");
    }

    /// <summary>Never waits.</summary>
    public void Publish(McpEvent received)
    {
        foreach (var browser in _browsers.Keys)
            browser.Writer.TryWrite(received);
    }

    /// <summary>The events from now on, until the browser goes or the host stops.</summary>
    public async IAsyncEnumerable<SseItem<string>> SubscribeAsync([EnumeratorCancellation] CancellationToken gone)
    {
        // Open requests would hold up the end of the host.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(gone, _lifetime.ApplicationStopping);
        var queue = Channel.CreateBounded<McpEvent>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest }, _ => _dropped.Add(1));
        _browsers[queue] = true;
        try
        {
            // The head of the answer goes out with the first event, so that the browser knows at once that it is connected.
            yield return new SseItem<string>("", "hello") { ReconnectionInterval = TimeSpan.FromSeconds(1) };
            while (await HasMoreAsync(queue.Reader, over.Token))
            {
                while (queue.Reader.TryRead(out var received))
                    yield return new SseItem<string>(received.Text, received.EventType) { EventId = received.EventId };
            }
        }
        finally
        {
            _browsers.TryRemove(queue, out _);
        }
    }

    public void Dispose() => _meter.Dispose();

    private static async ValueTask<bool> HasMoreAsync(ChannelReader<McpEvent> queue, CancellationToken over)
    {
        try
        {
            return await queue.WaitToReadAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
