using Akka.Actor;
using McpSseActors.Actors.Connection;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Parser;

/// <summary>
/// Reads the chunks of one epoch into batches of events, one batch for each chunk. Chunks of another epoch are dropped:
/// the server sends their events again when the stream resumes.
/// </summary>
internal sealed class ParserActor : UntypedActor
{
    private const long NoEpoch = 0;

    private readonly IActorRef _router;
    private readonly PipelineSettings _settings;
    private readonly IReadOnlyList<PayloadMapping> _payloads;
    private StreamOptions _options;
    private readonly StreamCursor _cursor = new();
    private BatchBuilder _batch;
    private long _epoch = NoEpoch;

    public ParserActor(LiveOptions options, PipelineSettings settings, IReadOnlyList<PayloadMapping> payloads, IActorRef router)
    {
        _router = router;
        _settings = settings;
        _payloads = payloads;
        _options = options.Value;
        _batch = NewBatch();
    }

    public static Props Props(LiveOptions options, PipelineSettings settings, IReadOnlyList<PayloadMapping> payloads, IActorRef router) =>
        QuietMailbox.For(() => new ParserActor(options, settings, payloads, router));

    protected override void PostRestart(Exception reason) => Context.Parent.Tell(new PipelineRestarted("parser"));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ChunkReceived received:
                Parse(received);
                break;
            case StreamOpening opening:
                Open(opening);
                break;
            case Drain drain:
                Close(drain);
                break;
            case Reconfigure changed:
                ApplyOptions(changed.Options);
                break;
            case DrainStream:
                _router.Forward(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void ApplyOptions(StreamOptions options)
    {
        _options = options;
        _batch = NewBatch(_batch);
    }

    private BatchBuilder NewBatch(BatchBuilder? before = null) => new(_options.Name, _settings.MaxEventTypes, _options.DeliverComments,
        new PayloadMappings(_payloads, new Subscription(_options.SubscribedEvents), _settings.MaxEventTypes), _cursor)
    {
        AttemptLinks = before?.AttemptLinks,
        Ticket = before?.Ticket,
    };

    private void Open(StreamOpening opening)
    {
        _epoch = opening.Epoch;
        _cursor.Seek(opening.Position);
        _batch.AttemptLinks = opening.Links;
        _batch.Ticket = opening.Ticket;
        _router.Forward(opening);
    }

    private void Parse(ChunkReceived received)
    {
        var unread = received.Chunk.Receipt;
        try
        {
            if (received.Epoch != _epoch)
                return;
            _batch.Begin(Context.System.Scheduler.Now, received.Chunk.Length);
            var finds = _batch.Finds;
            received.Chunk.Read(_cursor, ref finds);
            var charged = PipelineSettings.ChunksOfRead(received.Chunk.Length, _settings.ChunkSize);
            var chunks = Math.Max(charged, PipelineSettings.ChunksOfEvents(_batch.Size, _settings.ChunkSize));
            // First: the credit of a later chunk must not overtake it.
            if (chunks > charged)
                Sender.Tell(new Charge(chunks - charged));
            _router.Tell(_batch.Build(_epoch, received.Chunk.Received, _cursor.Position, received.Chunk.LeftOut, chunks, received.Chunk.IsProof, unread));
            unread = null;
        }
        finally
        {
            received.Chunk.Return();
            unread?.Complete(isHandled: false);
        }
    }

    private void Close(Drain drain)
    {
        _epoch = NoEpoch;
        _router.Forward(drain);
    }
}
