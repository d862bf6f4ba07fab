using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.TestServer.Demo;

/// <summary>Streams the log to one client from its position on, until the client leaves or the plan says to cut it off.</summary>
internal sealed class DemoConnection(HttpContext http, EventLog log, DemoServerOptions options, Drop? drop)
{
    private static readonly byte[] HeartbeatComment = ": heartbeat\n\n"u8.ToArray();
    private long _lastWrite;

    /// <summary>Streams; returns when the server is to cut the connection, and throws when the client has left.</summary>
    /// <param name="position">The number of the last event that the client has.</param>
    public async Task RunAsync(long position)
    {
        var left = http.RequestAborted;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        await WriteAsync(Greeting(), left).ConfigureAwait(false);

        for (var sent = 0; ;)
        {
            var (next, changed) = log.After(position);
            if (next is null)
            {
                await changed.WaitAsync(left).ConfigureAwait(false);
                await KeepAliveAsync(left).ConfigureAwait(false);
                continue;
            }

            var cutNow = drop is not null && sent == drop.AfterEvents;
            if (cutNow && drop!.MidEvent)
                await WriteAsync(FirstHalf(next.ToWire()), left).ConfigureAwait(false);
            if (cutNow)
            {
                await LetBytesLeaveAsync(left).ConfigureAwait(false);
                return;
            }

            await WriteAsync(next.ToWire(), left).ConfigureAwait(false);
            position = next.Number;
            sent++;
        }
    }

    private static ReadOnlyMemory<byte> FirstHalf(byte[] wire) => wire.AsMemory(0, wire.Length / 2);

    private byte[] Greeting() => options.Retry is { } retry
        ? Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {retry.TotalMilliseconds:0}\n\n"))
        : ": welcome\n\n"u8.ToArray();

    // An abort throws away what the socket has not sent yet, and half an event is only of use if it arrives.
    private async Task LetBytesLeaveAsync(CancellationToken left)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20), options.Time);
        await pause.WaitForNextTickAsync(left).ConfigureAwait(false);
    }

    private async Task KeepAliveAsync(CancellationToken left)
    {
        if (options.Time.GetElapsedTime(_lastWrite) >= options.Heartbeat)
            await WriteAsync(HeartbeatComment, left).ConfigureAwait(false);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken left)
    {
        await http.Response.Body.WriteAsync(bytes, left).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(left).ConfigureAwait(false);
        _lastWrite = options.Time.GetTimestamp();
    }
}
