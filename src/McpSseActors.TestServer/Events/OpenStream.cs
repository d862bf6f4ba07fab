using System.Collections.Concurrent;
using System.Text.Json;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.TestServer.Events;

/// <summary>How a stream ends.</summary>
internal enum StreamEnd
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>With the result of its request.</summary>
    Result,

    /// <summary>The connection is cut.</summary>
    Cut,
}

/// <summary>Something that a server sends on a stream besides events.</summary>
internal sealed record Control(string Method, string Members, StreamEnd End = StreamEnd.None);

/// <summary>One <c>events/stream</c>: everything after a position that its arguments ask for, and what the server sends besides.</summary>
internal sealed class OpenStream(RpcExchange exchange, ServedEventType type, JsonElement arguments, EventHistory history,
    EventsServerOptions options, Drop? drop)
{
    private readonly ConcurrentQueue<Control> _controls = new();
    private long _lastWrite;

    public ServedEventType Type => type;

    /// <summary>Sends this before the next event. The server wakes the stream.</summary>
    public void Send(Control control) => _controls.Enqueue(control);

    /// <summary>Streams; returns when the server has ended it, and throws when the client has left.</summary>
    public async Task<StreamEnd> RunAsync(long position, bool isTruncated)
    {
        await exchange.OpenAsync().ConfigureAwait(false);
        await ActiveAsync(position, isTruncated).ConfigureAwait(false);
        for (var sent = 0; ;)
        {
            // Before the controls, or what comes in between would not wake this.
            var (next, changed) = history.Log.After(position);
            while (_controls.TryDequeue(out var control))
            {
                if (await IsEndAsync(control).ConfigureAwait(false))
                    return control.End;
            }

            if (next is null)
            {
                await BeatAfterAsync(changed, position).ConfigureAwait(false);
                continue;
            }

            // A reader that is too slow for the ring.
            if (next.Number != position + 1 && type.HasReplay)
                await ActiveAsync(next.Number - 1, isTruncated: true).ConfigureAwait(false);
            position = next.Number;
            if (next.Type != type.Name || !ServedEventType.IsWanted(arguments, next.Json))
            {
                if (Idle >= options.Heartbeat)
                    await BeatAsync(position).ConfigureAwait(false);
                continue;
            }

            var bytes = exchange.Notification("notifications/events/event", EventMembers(next, history.CursorAt(position, type)));
            if (drop is not null && sent == drop.AfterEvents)
            {
                await CutAsync(drop.MidEvent ? bytes.AsMemory(0, bytes.Length / 2) : ReadOnlyMemory<byte>.Empty).ConfigureAwait(false);
                return StreamEnd.Cut;
            }

            await WriteAsync(bytes).ConfigureAwait(false);
            sent++;
        }
    }

    /// <summary>The members of an occurrence.</summary>
    public static string EventMembers(DemoEvent of, string? cursor) =>
        $"\"eventId\":{Json.Of(of.Id)},\"name\":{Json.Of(of.Type)},\"timestamp\":{Json.Of(of.Time.ToString("O"))},\"data\":{of.Json}{(cursor is null ? "" : $",\"cursor\":{cursor}")}";

    private TimeSpan Idle => options.Time.GetElapsedTime(_lastWrite);

    private Task ActiveAsync(long position, bool isTruncated) => WriteAsync(exchange.Notification(
        "notifications/events/active", $"\"cursor\":{history.CursorAt(position, type)},\"truncated\":{(isTruncated ? "true" : "false")}"));

    private Task BeatAsync(long position) =>
        WriteAsync(exchange.Notification("notifications/events/heartbeat", $"\"cursor\":{history.CursorAt(position, type)}"));

    private async Task BeatAfterAsync(Task changed, long position)
    {
        try
        {
            var left = options.Heartbeat - Idle;
            await changed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, options.Time, exchange.Left).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await BeatAsync(position).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsEndAsync(Control control)
    {
        if (control.Method.Length > 0)
            await WriteAsync(exchange.Notification(control.Method, control.Members)).ConfigureAwait(false);
        switch (control.End)
        {
            case StreamEnd.Result:
                await exchange.EndAsync().ConfigureAwait(false);
                return true;
            case StreamEnd.Cut:
                exchange.Abort();
                return true;
            default:
                return false;
        }
    }

    // An abort throws away what the socket has not sent yet, and half an event is only of use if it arrives.
    private async Task CutAsync(ReadOnlyMemory<byte> half)
    {
        if (!half.IsEmpty)
            await WriteAsync(half).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromMilliseconds(20), options.Time, exchange.Left).ConfigureAwait(false);
        exchange.Abort();
    }

    private Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _lastWrite = options.Time.GetTimestamp();
        return exchange.WriteAsync(bytes);
    }
}
