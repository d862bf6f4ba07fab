using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace McpSseActors.Actors.Router;

/// <summary>
/// The messages of one handler. Others add to it; only the handler takes from it, and the router while the handler is suspended by a failure.
/// </summary>
internal sealed class HandlerQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly Queue<Envelope> _waiting = new();
    private readonly Stack<Envelope> _unstashed = new();
    private readonly Queue<object> _again = new();
    private readonly Queue<Envelope> _heldBack = new();
    private IActorRef _router = ActorRefs.Nobody;
    private int _next;
    private long _hold;
    private volatile bool _isSkipping;
    private volatile bool _isHeld;

    /// <summary>The delivery whose events the handler is getting.</summary>
    public Delivery? Current { get; private set; }

    /// <summary>Whether events wait to be given once more.</summary>
    public bool IsGivingAgain => _again.Count > 0;

    /// <summary>How often the handler was given an event, or a batch.</summary>
    public long Given { get; private set; }

    public int Count
    {
        get
        {
            lock (_waiting)
                return _waiting.Count + _unstashed.Count + _heldBack.Count + _again.Count + (Current?.Events!.Count - _next ?? 0);
        }
    }

    // A delivery that is at its end counts, so that the handler comes once more and the router learns of it.
    public bool HasMessages
    {
        get
        {
            if (_isHeld ? MayPassUnstashed : _unstashed.Count > 0 || Current is not null || _again.Count > 0 || _heldBack.Count > 0)
                return true;
            lock (_waiting)
                return _waiting.Count > 0;
        }
    }

    // Of what the handler has unstashed, others' messages pass what is held, and events don't.
    private bool MayPassUnstashed => _unstashed.TryPeek(out var first) && !KeepsItsPlace(first.Message);

    /// <summary>
    /// Gives the handler events once more, before all others, when <see cref="ReleaseEvents"/> with this number comes. Other messages pass meanwhile.
    /// </summary>
    /// <param name="again">Events, or batches of one for a handler that takes batches.</param>
    /// <returns>The number.</returns>
    public long Hold(IEnumerable<object> again)
    {
        var rest = _again.ToArray();
        _again.Clear();
        foreach (var message in again.Concat(rest))
            _again.Enqueue(message);
        _isHeld = true;
        return ++_hold;
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (envelope.Message is ReleaseEvents release)
        {
            if (release.Hold == Volatile.Read(ref _hold))
            {
                // Not taken back by the release of another hold, which may begin before the handler comes to what it skips.
                if (release.IsSkipped)
                    _isSkipping = true;
                _isHeld = false;
            }

            return;
        }

        lock (_waiting)
            _waiting.Enqueue(envelope);
    }

    public void EnqueueFirst(Envelope envelope) => _unstashed.Push(envelope);

    public bool TryDequeue(out Envelope envelope)
    {
        while (!_isHeld)
        {
            if (TryTakeAgain(out envelope) || _unstashed.TryPop(out envelope) || TryTakeEvent(out envelope))
                return true;
            if (!_heldBack.TryDequeue(out envelope) && !TryTakeWaiting(out envelope))
                return false;
            if (envelope.Message is not Delivery delivery)
            {
                Note(envelope);
                return true;
            }

            if (Begin(delivery, envelope.Sender, out envelope))
                return true;
        }

        if (MayPassUnstashed)
            return _unstashed.TryPop(out envelope);
        while (TryTakeWaiting(out envelope))
        {
            if (!KeepsItsPlace(envelope.Message))
                return true;
            _heldBack.Enqueue(envelope);
        }

        return false;
    }

    /// <summary>The handler has stopped: what it did not get becomes dead letters, by which it is counted.</summary>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        foreach (var again in _again)
            deadletters.Enqueue(owner, new Envelope(again, _router));
        for (; _next < Current?.Events!.Count; _next++)
            deadletters.Enqueue(owner, new Envelope(Current.Events!.EventAt(_next), _router));
        while (_unstashed.TryPop(out var envelope) || _heldBack.TryDequeue(out envelope) || TryTakeWaiting(out envelope))
            deadletters.Enqueue(owner, envelope);
    }

    // What must not overtake events that are held.
    private static bool KeepsItsPlace(object message) => message is Delivery or McpEvent or McpEventBatch or Identify { MessageId: long } or PoisonPill;

    private object Take(Delivery current)
    {
        if (!current.Slot!.TakesBatches)
            return current.Events!.EventAt(_next++);
        _next = current.Events!.Count;
        return current.Events;
    }

    // From a queue in front of the handler, in the name of the router.
    private void Note(Envelope envelope)
    {
        if (envelope.Message is not (McpEvent or McpEventBatch))
            return;
        Given++;
        _router = envelope.Sender;
    }

    private bool TryTakeWaiting(out Envelope envelope)
    {
        lock (_waiting)
            return _waiting.TryDequeue(out envelope);
    }

    private bool Begin(Delivery delivery, IActorRef router, out Envelope envelope)
    {
        (Current, _router, _next) = (delivery, router, 0);
        if (!delivery.IsOnTrial)
            return TryTakeEvent(out envelope);
        _isHeld = true;
        router.Tell(new TrialRequested(delivery, ++_hold), ActorRefs.NoSender);
        envelope = default;
        return false;
    }

    private bool TryTakeAgain(out Envelope envelope)
    {
        envelope = default;
        if (!_again.TryDequeue(out var again))
            return false;
        Given++;
        envelope = new Envelope(again, _router);
        return true;
    }

    private bool TryTakeEvent(out Envelope envelope)
    {
        if (Current is { } current)
        {
            if (_isSkipping)
                (_isSkipping, _next) = (false, current.Events!.Count);
            if (_next < current.Events!.Count)
            {
                Given++;
                envelope = new Envelope(Take(current), _router);
                return true;
            }

            Current = null;
            if (!current.Slot!.TakesBatches)
                current.Events.Release();
            _router.Tell(new DeliveryHandled(current) { Given = Given }, ActorRefs.NoSender);
        }

        envelope = default;
        return false;
    }
}

/// <summary>Router to the mailbox of a handler, which goes on to give it events.</summary>
/// <param name="Hold">The number of the hold; another one stays.</param>
internal sealed record ReleaseEvents(long Hold) : IPipelineMessage
{
    /// <summary>Whether the handler gets nothing of what it would get next.</summary>
    public bool IsSkipped { get; init; }
}
