using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Mcp;

/// <summary>
/// What one stream of an MCP server brings: notifications become events; answers find their requests; requests of the server are put aside to
/// be answered. One for each stream, since each has its own unfinished event and its own cursor.
/// </summary>
/// <param name="context">The attempt.</param>
/// <param name="movesCursor">Whether its IDs are those to resume after: true for the stream that is listened to, where there is one to resume.</param>
internal sealed class McpInbox(McpContext context, bool movesCursor) : IJsonRpcSink
{
    private readonly StreamCursor _cursor = new();
    private readonly DecodedEvents _events = new();
    private readonly List<byte[]> _replies = [];
    private LeftOut _leftOut;
    private int _cursorVersion;
    private long? _retry;
    private readonly ByteBuffer _id = new();
    private long? _retryOfEvent;

    /// <summary>Called for the data of an event named <c>endpoint</c> (2024-11-05).</summary>
    public Action<string>? OnEndpoint { get; init; }

    /// <summary>Called for any other event before that one.</summary>
    public Action? OnOther { get; init; }

    /// <summary>Called for what the server says that it will send (2026-07-28).</summary>
    public Action<JsonElement>? OnAcknowledged { get; init; }

    /// <summary>Whether something came that is no JSON-RPC.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>The cursor of this stream; empty for none.</summary>
    public string LastEventId => _cursor.Position.LastEventId;

    /// <summary>The reconnection time that the server named last.</summary>
    public TimeSpan? Retry => _cursor.Position.ReconnectionTime;

    /// <summary>Answers to requests of the server, to be sent.</summary>
    public IReadOnlyList<byte[]> TakeReplies()
    {
        byte[][] taken = [.. _replies];
        _replies.Clear();
        return taken;
    }

    /// <summary>Reads a chunk of the event stream. Gives events; none, but what was heard, when no notification was among them.</summary>
    public Chunk Read(Chunk chunk)
    {
        try
        {
            var sink = new Sink(this);
            chunk.Read(_cursor, ref sink);
            if (movesCursor)
                CarryOn();
            return Take(chunk.Received);
        }
        finally
        {
            chunk.Return();
        }
    }

    /// <summary>Reads an answer in JSON that is no event stream.</summary>
    public Chunk ReadJson(ReadOnlySpan<byte> json)
    {
        JsonRpc.Read(Repaired(json), this);
        return Take(json.Length);
    }

    public void OnMalformed()
    {
        IsForeign = true;
        _leftOut = _leftOut with { Malformed = _leftOut.Malformed + 1 };
    }

    public void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
        if (method.ContainsAnyInRange((byte)0, (byte)0x1F))
            OnMalformed();
        else if (!context.Wants(method))
            _leftOut = _leftOut with { Unwanted = _leftOut.Unwanted + 1 };
        else
            _events.Write(method, parameters.IsEmpty ? "{}"u8 : JsonRpc.OnOneLine(parameters), _id.Bytes, _retryOfEvent);
        if (method.SequenceEqual("notifications/subscriptions/acknowledged"u8) && !parameters.IsEmpty)
            OnAcknowledged?.Invoke(JsonElement.Parse(parameters));
    }

    public void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id) =>
        _replies.Add(method.SequenceEqual("ping"u8) ? JsonRpc.Result(id) : JsonRpc.Refusal(id));

    public void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        if (error.IsEmpty)
            context.Pending.Answer(id, result);
        else
            context.Pending.Refuse(id, RpcException.From(error, context.Scrubber));
    }

    private void Open(in SseEvent received)
    {
        if (received.Type.SequenceEqual("endpoint"u8) && OnEndpoint is { } found)
        {
            found(Encoding.UTF8.GetString(received.Data));
            return;
        }

        OnOther?.Invoke();
        // Only there to move the cursor (MCP 2025-11-25, SEP-1699).
        if (received.Data.IsEmpty)
            return;
        _retryOfEvent = received.RetryMilliseconds;
        if (movesCursor)
            _id.Append(received.Id);
        JsonRpc.Read(received.Data, this);
        _retryOfEvent = null;
        _id.Clear();
    }

    // Cursor and reconnection time may move without an event.
    private void CarryOn()
    {
        if (_cursorVersion != _cursor.Version)
        {
            _cursorVersion = _cursor.Version;
            _events.MoveCursor(_cursor.LastEventId);
        }

        if (_retry != _cursor.RetryMilliseconds)
        {
            _retry = _cursor.RetryMilliseconds;
            _events.SetRetry(_retry!.Value);
        }
    }

    private Chunk Take(int received)
    {
        var chunk = _events.Take(received, _leftOut, context.State.Session);
        _leftOut = default;
        return chunk;
    }

    // What the decoder gives is valid already.
    private static ReadOnlySpan<byte> Repaired(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            return text;
        var repaired = new ByteBuffer();
        repaired.AppendRepaired(text);
        return repaired.Bytes;
    }

    /// <summary>The inbox as the decoder's sink; a struct, so that the decoder calls it without indirection.</summary>
    private readonly struct Sink(McpInbox inbox) : ISseSink
    {
        public void OnEvent(in SseEvent received) => inbox.Open(received);

        public void OnComment(ReadOnlySpan<byte> comment) => inbox._events.WriteComment(comment);

        public void OnOversized() => inbox._leftOut = inbox._leftOut with { Oversized = inbox._leftOut.Oversized + 1 };
    }
}
