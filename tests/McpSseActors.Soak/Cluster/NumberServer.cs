using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using McpSseActors.TestServer.Scripted;

namespace McpSseActors.Soak.Cluster;

/// <summary>Sends each stream the events 1, 2, … at a rate, the first at once, counted from its start, and again what comes after the last event ID.</summary>
internal sealed class NumberServer : IAsyncDisposable
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);

    private readonly double _rate;
    private readonly TimeSpan _interval;
    private readonly ScriptedServer _server;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = long.MaxValue;

    /// <param name="rate">The events per second of a stream.</param>
    /// <param name="address">Where it listens.</param>
    public NumberServer(double rate, IPAddress address)
    {
        _rate = rate;
        _interval = TimeSpan.FromSeconds(0.5 / rate) is var half && half > ShortestInterval ? half : ShortestInterval;
        _server = new ScriptedServer(address, null, SendAsync);
    }

    public int Port => _server.Port;

    /// <summary>The number of the newest event.</summary>
    public long Newest => Math.Min(1 + (long)(Stopwatch.GetElapsedTime(_start).TotalSeconds * _rate), Volatile.Read(ref _last));

    /// <summary>Makes no more events.</summary>
    public void Finish() => Volatile.Write(ref _last, Newest);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task SendAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        using var timer = new PeriodicTimer(_interval);
        for (var n = long.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture) + 1; ;)
        {
            var newest = Newest;
            var text = new StringBuilder();
            for (; n <= newest; n++)
                text.Append(CultureInfo.InvariantCulture, $"id: {n}\ndata: {{\"n\":{n}}}\n\n");
            if (text.Length > 0)
                await exchange.WriteAsync(text.ToString());
            await timer.WaitForNextTickAsync(exchange.Stopped);
        }
    }
}
