using System.Text;
using Akka.Actor;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors;

/// <summary>
/// Turns the bytes of one epoch into batches of events, one batch a chunk. Bytes of another epoch than the open one are dropped: the
/// server sends their events again when the stream resumes.
/// </summary>
internal sealed class ParserActor : ReceiveActor
{
    private const long NoEpoch = 0;

    private readonly IActorRef _router;
    private readonly SseDecoder _decoder;
    private readonly BatchBuilder _batch;
    private string _lastEventId = "";
    private int _lastEventIdVersion;
    private long _epoch = NoEpoch;

    public ParserActor(StreamOptions options, PipelineSettings settings, IReadOnlyList<PayloadMapping> payloads, IActorRef router)
    {
        _router = router;
        _decoder = new SseDecoder(options.MaxEventSize);
        var decoder = new PayloadDecoder(payloads, new Subscription(options.SubscribedEvents), settings.MaxEventTypes);
        _batch = new BatchBuilder(options.Name, settings.MaxEventTypes, options.DeliverComments, decoder);
        Receive<StreamOpening>(Open);
        Receive<ChunkReceived>(Parse);
        Receive<Drain>(Close);
        Receive<ShutDown>(_router.Forward);
    }

    public static Props Props(StreamOptions options, PipelineSettings settings, IReadOnlyList<PayloadMapping> payloads, IActorRef router) =>
        Akka.Actor.Props.Create(() => new ParserActor(options, settings, payloads, router));

    protected override void PostRestart(Exception reason) => Context.Parent.Tell(new PipelineRestarted("parser"));

    private void Open(StreamOpening opening)
    {
        _epoch = opening.Epoch;
        _decoder.Reset(Encoding.UTF8.GetBytes(opening.LastEventId));
        _batch.Clear();
        _router.Forward(opening);
    }

    private void Parse(ChunkReceived received)
    {
        try
        {
            if (received.Epoch != _epoch)
                return;
            _batch.ReceivedAt = Context.System.Scheduler.Now;
            var sink = _batch;
            _decoder.Decode(received.Chunk.Span, ref sink);
            _router.Tell(_batch.Build(_epoch, received.Chunk.Length, LastEventId()));
        }
        finally
        {
            received.Chunk.Return();
        }
    }

    private string LastEventId()
    {
        if (_lastEventIdVersion != _decoder.LastEventIdVersion)
        {
            _lastEventIdVersion = _decoder.LastEventIdVersion;
            _lastEventId = Encoding.UTF8.GetString(_decoder.LastEventId);
        }

        return _lastEventId;
    }

    private void Close(Drain drain)
    {
        _epoch = NoEpoch;
        var retry = _decoder.RetryMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        _router.Forward(drain with { ServerRetry = retry });
    }
}
