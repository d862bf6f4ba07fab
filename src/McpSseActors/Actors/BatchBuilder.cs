using System.Diagnostics;
using System.Text;
using McpSseActors.Connections;
using McpSseActors.Events;
using McpSseActors.Messages;
using McpSseActors.Sse;

namespace McpSseActors.Actors;

/// <summary>Collects what the decoder finds in one chunk. Each event gets a copy of its bytes, and its payload; types are shared.</summary>
internal sealed class BatchBuilder(string stream, int maxTypes, bool deliverComments, PayloadDecoder payloads) : ISseSink
{
    private readonly List<McpEvent> _events = [];
    private readonly List<PayloadRejected> _rejected = [];
    private readonly EventTypes _types = new(maxTypes);
    private int _comments;
    private int _oversized;

    /// <summary>When the chunk was received.</summary>
    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>What links the events to the span of the attempt that brings them.</summary>
    public ActivityLink[]? AttemptLinks { get; set; }

    /// <summary>Forgets what an earlier epoch left.</summary>
    public void Clear()
    {
        _events.Clear();
        _rejected.Clear();
        _comments = 0;
        _oversized = 0;
    }

    public void OnEvent(in SseEvent received)
    {
        var id = received.HasId && received.Id.Length > 0 ? Encoding.UTF8.GetString(received.Id) : null;
        var retry = received.RetryMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        var plain = new McpEvent(stream, _types.Get(received.Type), received.Data.ToArray(), ReceivedAt, id, retry) { AttemptLinks = AttemptLinks };
        _events.Add(payloads.Decode(plain, out var rejected));
        if (rejected is not null)
            _rejected.Add(rejected);
    }

    public void OnComment(ReadOnlySpan<byte> comment)
    {
        _comments++;
        if (deliverComments)
            _events.Add(new McpEvent(stream, McpEvent.CommentType, comment.ToArray(), ReceivedAt, isComment: true) { AttemptLinks = AttemptLinks });
    }

    public void OnOversized() => _oversized++;

    /// <summary>Everything since the last batch.</summary>
    /// <param name="epoch">The attempt.</param>
    /// <param name="bytes">How many bytes came.</param>
    /// <param name="lastEventId">The last event ID.</param>
    /// <param name="leftOut">What the transport left out.</param>
    public EventBatch Build(long epoch, int bytes, string lastEventId, LeftOut leftOut)
    {
        var batch = new EventBatch
        {
            Epoch = epoch,
            Events = [.. _events],
            Rejected = [.. _rejected],
            Bytes = bytes,
            Comments = _comments,
            LeftOut = leftOut with { Oversized = leftOut.Oversized + _oversized },
            LastEventId = lastEventId,
        };
        Clear();
        return batch;
    }
}
