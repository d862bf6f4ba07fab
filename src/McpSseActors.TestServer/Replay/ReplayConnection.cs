using System.Net.Sockets;
using McpSseActors.TestServer.Recording;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.TestServer.Replay;

/// <summary>How a client was left.</summary>
/// <param name="How">How its connection ends.</param>
/// <param name="LastEventId">The ID that it has.</param>
/// <param name="Next">The connection that comes next for it, from 0.</param>
internal sealed record ReplayEnd(RecordedEnd How, string LastEventId, int Next);

/// <summary>Plays a recording to one client.</summary>
internal sealed class ReplayConnection(HttpContext http, RecordingFile recording, ReplayOptions options, string lastEventId)
{
    private static readonly byte[] BlockEnd = "\n\n"u8.ToArray();

    private readonly LastEventIdTracker _client = new(lastEventId);
    private long _accepted;

    /// <summary>Plays up to the end of a connection; in a loop, without end. Throws when the client has left.</summary>
    /// <param name="position">Where it begins.</param>
    /// <param name="onEnd">Called before the client can see the end, and come back.</param>
    public async Task<ReplayEnd> RunAsync(ReplayPosition position, Action<ReplayEnd> onEnd)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        var how = await PlayAsync(position).ConfigureAwait(false);
        var isLast = position.Connection == recording.Connections.Length - 1;
        if (!isLast || !options.Loop)
        {
            var end = new ReplayEnd(how, _client.LastEventId, position.Connection + 1);
            onEnd(end);
            await LetBytesLeaveAsync(how).ConfigureAwait(false);
            return end;
        }

        // A client that came back would take the same events for repeats. So the rounds that follow are one connection without an end.
        for (var connection = 0; ; connection = (connection + 1) % recording.Connections.Length)
        {
            await WriteAsync(BlockEnd).ConfigureAwait(false);
            await PlayAsync(new ReplayPosition(connection, 0, TimeSpan.Zero)).ConfigureAwait(false);
        }
    }

    private async Task<RecordedEnd> PlayAsync(ReplayPosition position)
    {
        var connection = recording.Connections[position.Connection];
        var from = position.Skip > 0 ? position.From : connection.At;
        var skip = position.Skip;
        _accepted = options.Time.GetTimestamp();
        foreach (var entry in recording.Read(connection))
        {
            await WaitAsync(options.Speed.Of(entry.At - from)).ConfigureAwait(false);
            if (entry is RecordingEntry.End end)
                return end.How;
            if (entry is not RecordingEntry.Data { Bytes: var bytes })
                continue;
            var skipped = (int)Math.Min(skip, bytes.Length);
            skip -= skipped;
            if (skipped < bytes.Length)
                await WriteAsync(bytes.AsMemory(skipped)).ConfigureAwait(false);
        }

        return RecordedEnd.Ended;
    }

    private async Task WaitAsync(TimeSpan due)
    {
        var left = due - options.Time.GetElapsedTime(_accepted);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, options.Time, http.RequestAborted).ConfigureAwait(false);
        http.RequestAborted.ThrowIfCancellationRequested();
    }

    // A reset throws away what was not sent, and what the client has not read. So ours ends in the middle of the answer, which is as much of a loss.
    private async Task LetBytesLeaveAsync(RecordedEnd how)
    {
        if (how is not RecordedEnd.Lost)
            return;
        await Task.Delay(TimeSpan.FromMilliseconds(20), options.Time, http.RequestAborted).ConfigureAwait(false);
        http.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _client.Read(bytes.Span);
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }
}
