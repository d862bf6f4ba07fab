using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Akka.Event;
using McpSseActors.Connections;
using McpSseActors.Sse;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// Reads what a server sends for one subscription: its events and cursors go on, and everything else becomes a fact that the reader looks at.
/// Frames of other subscriptions are ignored.
/// </summary>
/// <param name="context">The attempt.</param>
/// <param name="request">The ID of the request that the server answers.</param>
/// <param name="hasCursor">Whether the request carried a cursor.</param>
/// <param name="time">The clock.</param>
internal sealed class EventsInbox(McpContext context, long request, bool hasCursor, TimeProvider time) : IJsonRpcSink
{
    private readonly StreamCursor _ignored = new();
    private readonly DecodedEvents _events = new();
    private readonly byte[] _name = Encoding.UTF8.GetBytes(context.Options.Event.Name);
    private bool _hasCursor = hasCursor;
    private LeftOut _leftOut;
    private bool _isProof;
    private int _misfits;
    private int _countedMisfits;

    private McpState State => context.State;

    /// <summary>Gets whether the server has confirmed the subscription.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Gets why events are missing if the server confirms the subscription; null if none are.</summary>
    public McpGapReason? Gap { get; init; }

    /// <summary>Gets the schema that the data of events is checked against; null if it isn't.</summary>
    public JsonElement? PayloadSchema { get; init; }

    /// <summary>Gets how many signs of life came, so that a reader sees whether there is another.</summary>
    public int Signs { get; private set; }

    /// <summary>Gets how many of them are heartbeats.</summary>
    public int Heartbeats { get; private set; }

    /// <summary>Gets why the server has ended the subscription; null as long as it goes on.</summary>
    public EventsRefusal? End { get; private set; }

    /// <summary>Gets whether the request was answered, so that nothing more comes.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Gets or sets whether the types of events have changed.</summary>
    public bool HasNewTypes { get; set; }

    /// <summary>Gets the last cursor of a delivery or a grant; null for none.</summary>
    public string? Cursor { get; private set; }

    /// <summary>Gets whether the server has acknowledged a request to listen; null as long as it hasn't.</summary>
    public bool? TellsChanges { get; private set; }

    /// <summary>Reads a chunk of the response, and returns what goes on, possibly nothing.</summary>
    public Chunk Read(Chunk chunk)
    {
        try
        {
            var sink = new Sink(this);
            chunk.Read(_ignored, ref sink);
            return ToChunk(chunk.Received);
        }
        finally
        {
            chunk.Return();
        }
    }

    /// <summary>Reads the events of an answer to a poll. Their cursors don't count, only that of the answer.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="cursor">Its cursor; null if it has none.</param>
    public Chunk ReadPoll(JsonElement result, string? cursor)
    {
        if (result.TryGetProperty("truncated", out var truncated) && truncated.ValueKind is JsonValueKind.True && _hasCursor)
            WriteGap(McpGapReason.Truncated);
        Confirm();
        if (result.TryGetProperty("events", out var list) && list.ValueKind is JsonValueKind.Array)
        {
            foreach (var entry in list.EnumerateArray())
                ReadEvent(JsonMarshal.GetRawUtf8Value(entry));
        }

        if (cursor is not null)
            MoveTo(Encoding.UTF8.GetBytes(cursor));
        _isProof = true;
        return ToChunk(JsonMarshal.GetRawUtf8Value(result).Length);
    }

    /// <summary>Reads what a server has posted to a webhook. Its form was checked.</summary>
    public Chunk ReadDelivery(WebhookKind kind, ReadOnlySpan<byte> body)
    {
        var frame = EventsFrame.Read(body);
        switch (kind)
        {
            case WebhookKind.Event:
                ReadEvent(frame, movesCursor: true);
                break;
            case WebhookKind.Gap:
                WriteGap(McpGapReason.Truncated);
                MoveTo(frame.Cursor);
                break;
            case WebhookKind.Terminated:
                End = Termination(frame);
                break;
            default:
                CountUnwanted();
                break;
        }

        Note(frame.Cursor);
        return ToChunk(body.Length);
    }

    /// <summary>Reads the answer to a subscription.</summary>
    public Chunk ReadGrant(string? cursor, bool isTruncated)
    {
        var frame = new EventsFrame { Cursor = Encoding.UTF8.GetBytes(cursor ?? ""), IsTruncated = isTruncated };
        if (isTruncated || !_hasCursor)
            Note(frame.Cursor);
        Activate(frame);
        return ToChunk(received: 0);
    }

    /// <summary>Reads the answer to its renewal, which shows that the server goes on.</summary>
    /// <param name="cursor">The server's position; null if it is not to be used.</param>
    /// <param name="isTruncated">Whether events may be missing.</param>
    public Chunk ReadRefresh(string? cursor, bool isTruncated)
    {
        if (isTruncated && _hasCursor)
            WriteGap(McpGapReason.Truncated);
        var position = Encoding.UTF8.GetBytes(cursor ?? "");
        MoveTo(position);
        Note(position);
        Confirm();
        _isProof = true;
        return ToChunk(received: 0);
    }

    private void Note(ReadOnlySpan<byte> cursor)
    {
        if (!cursor.IsEmpty)
            Cursor = Encoding.UTF8.GetString(cursor);
    }

    private void WriteGap(McpGapReason reason)
    {
        var since = State.Events.LastSign ?? State.LostAt;
        _events.Write("mcp.gap"u8, JsonSerializer.SerializeToUtf8Bytes(new McpGapEvent(reason, since), Events.McpEventJson.Default.McpGapEvent));
        State.CountGap();
        State.Log.Warning("Stream {Stream}: events may be missing since {Since}: {Reason}", State.Stream, since?.ToString("O") ?? "an unknown time", reason switch
        {
            McpGapReason.Truncated => "the server goes on later than where the stream was",
            McpGapReason.NoReplay => "the server does not keep events of this type, and the connection was lost",
            _ => "the server refuses the stored position",
        });
    }

    /// <summary>Forgets the position, which belongs to another subscription.</summary>
    public void ForgetPosition() => _events.MoveCursor([]);

    private Chunk ToChunk(int received)
    {
        if (_misfits > _countedMisfits)
            State.CountSchemaFaults(_misfits - _countedMisfits);
        _countedMisfits = _misfits;
        var chunk = _events.ToChunk(received, _leftOut, session: null, _isProof);
        (_leftOut, _isProof) = (default, false);
        return chunk;
    }

    public void OnMalformed() => _leftOut = _leftOut with { Malformed = _leftOut.Malformed + 1 };

    public void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id) => CountUnwanted();

    public void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        if (!IsOurs(id))
            return;
        IsAnswered = true;
        if (!error.IsEmpty)
            End ??= Refusal(error, isTermination: false);
    }

    public void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
        if (Ascii.Equals(method, EventsProtocol.ListChanged))
        {
            HasNewTypes = true;
            return;
        }

        if (End is not null)
            return;
        if (Ascii.Equals(method, NotificationMethods.SubscriptionsAcknowledgedNotification))
            Acknowledge(parameters);
        else if (Ascii.Equals(method, NotificationMethods.CancelledNotification))
            IsAnswered = true;
        else if (method.StartsWith("notifications/events/"u8))
            ReadFrame(method, EventsFrame.Read(parameters is [(byte)'{', ..] ? parameters : "{}"u8));
        else
            CountUnwanted();
    }

    private void ReadFrame(ReadOnlySpan<byte> method, scoped EventsFrame frame)
    {
        // On HTTP, a frame without an ID can only belong to this response.
        if (!frame.Subscription.IsEmpty && !IsOurs(frame.Subscription))
            CountUnwanted();
        else if (Ascii.Equals(method, EventsProtocol.Event))
            ReadEvent(frame, movesCursor: true);
        else if (Ascii.Equals(method, EventsProtocol.Heartbeat))
            Beat(frame);
        else if (Ascii.Equals(method, EventsProtocol.Active))
            Activate(frame);
        else if (Ascii.Equals(method, EventsProtocol.Error))
            Report(frame);
        else if (Ascii.Equals(method, EventsProtocol.Terminated))
            End = Termination(frame);
        else
            CountUnwanted();
    }

    private void ReadEvent(ReadOnlySpan<byte> json)
    {
        try
        {
            ReadEvent(EventsFrame.Read(json), movesCursor: false);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            OnMalformed();
        }
    }

    private void ReadEvent(scoped EventsFrame frame, bool movesCursor)
    {
        Confirm();
        if (!frame.IsEvent)
        {
            OnMalformed();
            return;
        }

        if (!frame.Name.SequenceEqual(_name))
        {
            CountUnwanted();
            return;
        }

        if (movesCursor)
            MoveTo(frame.Cursor);
        Check(frame.Data);
        _events.WriteOccurrence(_name, JsonRpc.OnOneLine(frame.Data), frame.Id, frame.Time, Trace(frame));
        _isProof = true;
    }

    private static ReadOnlySpan<byte> Trace(scoped EventsFrame frame) =>
        frame.TraceParent.IsEmpty ? default : frame.TraceState.IsEmpty ? frame.TraceParent.ToArray()
            : (byte[])[.. frame.TraceParent, (byte)' ', .. frame.TraceState];

    // An event is delivered whether it fits or not.
    private void Check(ReadOnlySpan<byte> data)
    {
        if (PayloadSchema is not { } schema || SchemaCheck.Find(schema, JsonRpc.Parse(data)) is not { } fault)
            return;
        if (_misfits++ == 0)
            State.Log.Warning("Stream {Stream}: the data of an event does not fit the server's schema: {Reason}. Further ones are only counted until the next connection",
                State.Stream, fault);
    }

    private void Beat(scoped EventsFrame frame)
    {
        Confirm();
        Heartbeats++;
        MoveTo(frame.Cursor);
        _isProof = true;
    }

    // Without a truncation, it is not said whether the cursor is that of the request or the newest one, which would skip what is still to come.
    private void Activate(scoped EventsFrame frame)
    {
        if (frame.IsTruncated && _hasCursor)
            WriteGap(McpGapReason.Truncated);
        if (frame.IsTruncated || !_hasCursor)
            MoveTo(frame.Cursor);
        Confirm();
    }

    private void Report(scoped EventsFrame frame)
    {
        Confirm();
        State.Log.Warning("Stream {Stream}: the server reports a fault, and goes on: {Reason}", State.Stream,
            frame.Error.IsEmpty ? "no reason given" : RpcException.From(frame.Error, context.Redactor).Message);
    }

    private void Acknowledge(ReadOnlySpan<byte> parameters) =>
        TellsChanges = !parameters.IsEmpty && JsonRpc.Parse(parameters).TryGetProperty("notifications", out var granted)
            && granted.ValueKind is JsonValueKind.Object && granted.TryGetProperty(EventsProtocol.ListChangedFilter, out var told)
            && told.ValueKind is JsonValueKind.True;

    private void Confirm()
    {
        if (!IsConfirmed && Gap is { } gap)
            WriteGap(gap);
        IsConfirmed = true;
        Signs++;
        State.Events.LastSign = time.GetUtcNow();
    }

    // A server that leaves out a cursor after it gave one costs repeats; without the one before, it would cost events.
    private void MoveTo(ReadOnlySpan<byte> cursor)
    {
        if (cursor.IsEmpty)
            return;
        _events.MoveCursor(cursor);
        _hasCursor = State.Events.HasCursor = true;
    }

    private void CountUnwanted() => _leftOut = _leftOut with { Unwanted = _leftOut.Unwanted + 1 };

    private bool IsOurs(ReadOnlySpan<byte> id) => JsonRpc.TryReadId(id, out var number) && number == request;

    private EventsRefusal Termination(scoped EventsFrame frame) => frame.Error.IsEmpty
        ? new EventsRefusal(EventsError.Transient, "it gives no reason") { IsTermination = true }
        : Refusal(frame.Error, isTermination: true);

    private EventsRefusal Refusal(ReadOnlySpan<byte> error, bool isTermination) =>
        EventsRefusal.Of(RpcException.From(error, context.Redactor), State.Events.Capability, isTermination);

    /// <summary>The inbox as a sink; a struct, so that the decoder calls it directly.</summary>
    private readonly struct Sink(EventsInbox inbox) : ISseSink
    {
        public void OnEvent(in SseEvent received)
        {
            if (!received.Data.IsEmpty)
                JsonRpc.Read(received.Data, inbox);
        }

        public void OnComment(ReadOnlySpan<byte> comment) => inbox._events.WriteComment(comment);

        public void OnOversized() => inbox._leftOut = inbox._leftOut with { Oversized = inbox._leftOut.Oversized + 1 };
    }
}
