using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using McpSseActors.Connections;
using McpSseActors.Sse;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// Reads one stream of an MCP server: notifications become events, answers complete their requests, and requests of the
/// server are queued for an answer. One for each stream, because each has its own cursor.
/// </summary>
/// <param name="context">The attempt.</param>
/// <param name="movesCursor">
/// Whether the stream resumes after its IDs: true for the main stream of a transport that can resume.
/// </param>
internal sealed class McpInbox(McpContext context, bool movesCursor) : IJsonRpcSink
{
    /// <summary>The largest number of requests in one message, a batch, that are answered.</summary>
    public const int MostRequestsOfMessage = 100;

    private readonly StreamCursor _cursor = new();
    private readonly DecodedEvents _events = new();
    private readonly List<byte[]> _replies = [];
    private LeftOut _leftOut;
    private int _requests;
    private int _cursorVersion;
    private long? _retry;
    private readonly PooledBuffer<byte> _id = new();
    private long? _retryOfEvent;

    /// <summary>Called for the data of an event named <c>endpoint</c> (2024-11-05).</summary>
    public Action<string>? OnEndpoint { get; init; }

    /// <summary>Called for any other event.</summary>
    public Action? OnOther { get; init; }

    /// <summary>Called when something other than JSON-RPC arrives.</summary>
    public Action? OnForeign { get; init; }

    /// <summary>Called when the server acknowledges a subscription (2026-07-28).</summary>
    public Action<JsonElement>? OnAcknowledged { get; init; }

    /// <summary>Gets whether something other than JSON-RPC arrived.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>Gets whether an event arrived that proves the connection: not an acknowledgement.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Gets the last event ID of this stream; empty for none.</summary>
    public string LastEventId => _cursor.Position.LastEventId;

    /// <summary>Gets the reconnection time that the server gave last.</summary>
    public TimeSpan? Retry => _cursor.Position.ReconnectionTime;

    /// <summary>Removes and returns the answers to requests of the server.</summary>
    public IReadOnlyList<byte[]> TakeReplies()
    {
        byte[][] taken = [.. _replies];
        _replies.Clear();
        return taken;
    }

    /// <summary>Reads a chunk of the event stream, and returns its notifications as events, possibly none.</summary>
    public Chunk Read(Chunk chunk)
    {
        try
        {
            var sink = new Sink(this);
            chunk.Read(_cursor, ref sink);
            if (movesCursor)
                CopyCursor();
            return ToChunk(chunk.Received);
        }
        finally
        {
            chunk.Return();
        }
    }

    /// <summary>Reads a response that is JSON instead of an event stream.</summary>
    public Chunk ReadJson(ReadOnlySpan<byte> json)
    {
        _requests = 0;
        JsonRpc.Read(Repaired(json), this);
        return ToChunk(json.Length);
    }

    public void OnMalformed()
    {
        IsForeign = true;
        OnForeign?.Invoke();
        CountMalformed();
    }

    public void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
        var isAcknowledgement = Ascii.Equals(method, NotificationMethods.SubscriptionsAcknowledgedNotification);
        if (method.ContainsAnyInRange((byte)0, (byte)0x1F))
            OnMalformed();
        else if (McpProtocol.IsReserved(method))
            CountMalformed();
        else if (!context.Wants(method))
            _leftOut = _leftOut with { Unwanted = _leftOut.Unwanted + 1 };
        else
            Write(method, parameters, isNews: !isAcknowledgement);
        if (isAcknowledgement && !parameters.IsEmpty)
            OnAcknowledged?.Invoke(JsonRpc.Parse(parameters));
    }

    public void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id)
    {
        if (++_requests > MostRequestsOfMessage)
            CountMalformed();
        else
            _replies.Add(JsonRpc.Reply(method, id));
    }

    public void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        if (error.IsEmpty)
            context.Pending.Answer(id, result);
        else
            context.Pending.Refuse(id, RpcException.From(error, context.Redactor));
    }

    private void Open(in SseEvent received)
    {
        if (received.Type.SequenceEqual("endpoint"u8) && OnEndpoint is { } found)
        {
            found(Encoding.UTF8.GetString(received.Data));
            return;
        }

        OnOther?.Invoke();
        // Such an event only moves the cursor (MCP 2025-11-25, SEP-1699).
        if (received.Data.IsEmpty)
            return;
        _retryOfEvent = received.RetryMilliseconds;
        if (movesCursor)
            _id.Append(received.Id);
        _requests = 0;
        JsonRpc.Read(received.Data, this);
        _retryOfEvent = null;
        _id.Clear();
    }

    private void Write(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters, bool isNews)
    {
        _events.Write(method, parameters.IsEmpty ? "{}"u8 : JsonRpc.OnOneLine(parameters), _id.Written, _retryOfEvent);
        HasNews |= isNews;
    }

    private void CountMalformed() => _leftOut = _leftOut with { Malformed = _leftOut.Malformed + 1 };

    // The cursor and the reconnection time may change without an event.
    private void CopyCursor()
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

    private Chunk ToChunk(int received)
    {
        var chunk = _events.ToChunk(received, _leftOut, context.State.Session);
        _leftOut = default;
        return chunk;
    }

    // Text from the decoder is already valid.
    private static ReadOnlySpan<byte> Repaired(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            return text;
        var repaired = new PooledBuffer<byte>();
        repaired.AppendRepaired(text);
        return repaired.Written;
    }

    /// <summary>The inbox as a sink; a struct, so that the decoder calls it directly.</summary>
    private readonly struct Sink(McpInbox inbox) : ISseSink
    {
        public void OnEvent(in SseEvent received) => inbox.Open(received);

        public void OnComment(ReadOnlySpan<byte> comment) => inbox._events.WriteComment(comment);

        public void OnOversized() => inbox._leftOut = inbox._leftOut with { Oversized = inbox._leftOut.Oversized + 1 };
    }
}
