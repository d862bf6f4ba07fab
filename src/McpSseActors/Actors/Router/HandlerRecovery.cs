using System.Globalization;
using Akka.Actor;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.DeadLetters;
using McpSseActors.Events;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Decides what becomes of an event at which a handler failed: the handler gets it again after a delay, before all others, or it is given up and
/// becomes a dead letter. Its batch is not handled before it has succeeded or is kept as a dead letter.
/// </summary>
/// <param name="router">The router.</param>
/// <param name="scheduler">The scheduler of the system.</param>
/// <param name="memory">What is in flight.</param>
/// <param name="deadLetters">Keeps what is given up.</param>
/// <param name="stats">The statistics of the stream.</param>
/// <param name="gate">Hides the secrets of the stream.</param>
/// <param name="payloads">How payloads are read.</param>
internal sealed class HandlerRecovery(
    IActorRef router, IScheduler scheduler, RouterMemory memory, IActorRef deadLetters, IActorRef stats, SecretGate gate, IReadOnlyList<PayloadMapping> payloads)
{
    private const int MostOfMessage = 8192;

    private bool AreSavedByHandlers => memory.Handled is { IsSavedByHandlers: true };

    /// <summary>Decides, while the handler is suspended by its failure.</summary>
    /// <returns>What follows, for the log.</returns>
    public string Recover(HandlerSlot slot, object message, Exception fault)
    {
        if (slot is not { Failures: { } failures, Messages: { } messages })
            return "";
        var again = Again(message);
        var failed = message is McpEventBatch { Count: > 1 } batch ? batch.FailedPlace : 0;
        if (again.Count == 0)
            return "";
        if (failed < 0)
            return Hold(slot, again, failures.Delay(new FailedAttempts(1, scheduler.Now), messages.Given), "the handler gets each event of the batch again");

        if (!messages.IsGivingAgain && messages.Current is null)
            failures.Forget(delivery: null);
        var attempts = failures.Count(message, scheduler.Now);
        var delay = failures.Delay(attempts, messages.Given);
        if (slot.IsLeaving || !failures.GetsAnother(attempts, fault))
        {
            var letter = GiveUp(slot, again[failed], attempts, Words(fault), messages.Current?.Batch);
            GoOn(slot, again, failed, delay, letter);
            return $"attempt {attempts.Count} was the last: the event is a dead letter";
        }

        var next = $"attempt {attempts.Count + 1}{(failures.Options.MaxAttempts > 0 ? $" of {failures.Options.MaxAttempts}" : "")} follows";
        // With later events, a handler that saves positions would save one that lies behind this event.
        if (!failures.Options.LaterEventsPass || AreSavedByHandlers)
        {
            failures.Expect(again[failed], attempts with { Delivery = messages.Current });
            return Hold(slot, again, delay, next);
        }

        PutAside(slot, again[failed], attempts, messages.Current?.Batch, delay);
        GoOn(slot, again, failed, delay, awaited: null);
        return After(delay, next);
    }

    /// <summary>Gives up an event that a handler had each time when the process was killed, if that was as often as the handler may fail.</summary>
    /// <param name="delivery">The event.</param>
    /// <param name="suspicion">What is known of it.</param>
    /// <param name="then">Lets the handler go on without it.</param>
    /// <returns>Whether it is given up.</returns>
    public bool GivesUp(Delivery delivery, Suspicion? suspicion, Action then)
    {
        var slot = delivery.Slot!;
        if (suspicion is null || Tried(delivery) is not { } received || suspicion.Alone != received.Identity || slot.Failures is not { Options.MaxAttempts: > 0 } failures || suspicion.Attempts < failures.Options.MaxAttempts)
            return false;
        var letter = GiveUp(slot, received, new FailedAttempts(suspicion.Attempts, scheduler.Now), $"the process ended {suspicion.Attempts} times while a handler had the event", delivery.Batch);
        OnceSafe(slot, letter, then);
        return true;
    }

    /// <summary>The last event that is not a comment, before which there may be comments; null if there is none.</summary>
    public static McpEvent? Tried(Delivery delivery) =>
        Enumerable.Range(1, delivery.Events!.Count).Select(place => delivery.Events.EventAt(delivery.Events.Count - place))
            .FirstOrDefault(received => !received.IsComment);

    /// <summary>Gives up an event whose payload does not fit.</summary>
    public void GiveUp(PayloadRejected rejected, BatchInFlight batch) =>
        Keep(rejected.Event, handler: "", new FailedAttempts(1, scheduler.Now), $"the payload is no {rejected.PayloadType}: {rejected.Reason}", batch);

    /// <summary>A delivery has ended: the events of it that had failed have succeeded, or were given up.</summary>
    public void Ended(DeliveryHandled handled)
    {
        if (handled.Delivery.Slot is not { Failures: { IsQuiet: false } failures } slot)
            return;
        failures.Forget(handled.Delivery);
        failures.Ended(handled.Given);
        Report(slot);
    }

    /// <summary>An event that was put aside gets its next attempt, unless its handler has left.</summary>
    public void Retry(Delivery delivery)
    {
        if (delivery.Slot is { } slot && slot.PutAside.Remove(delivery))
            slot.Handler.Tell(delivery, router);
    }

    /// <summary>A handler is about to stop: what waits for another attempt is tried at once.</summary>
    public void Leave(HandlerSlot slot)
    {
        slot.IsLeaving = true;
        slot.NextAttempt?.Cancel();
        foreach (var delivery in slot.PutAside)
            slot.Handler.Tell(delivery, router);
        slot.PutAside.Clear();
        if (slot.Hold > 0)
            slot.Handler.Tell(new ReleaseEvents(slot.Hold));
    }

    /// <summary>Gives a dead letter to its handler again.</summary>
    public void Redeliver(RedeliverDeadLetter request, IActorRef asker)
    {
        var letter = request.Letter;
        if (letter.Handler.Length == 0)
        {
            if (DispatchAgain(letter, asker) is { } fault)
                asker.Tell(new DeadLetterRedelivered(letter.Id, fault));
            return;
        }

        if (memory.Table.Find(letter.Handler) is not { Failures: { } failures } slot)
        {
            asker.Tell(new DeadLetterRedelivered(letter.Id, $"the stream has no handler {Redact.Line(letter.Handler)} that takes failed events again"));
            return;
        }

        if (IsWithdrawn(letter))
            return;
        var batch = BatchOf(letter, asker);
        var delivery = new Delivery(slot, new McpEventBatch(letter.Event.Again())) { Count = 1 };
        failures.Expect(KeyOf(slot, delivery), new FailedAttempts(0, letter.FirstFailedAt) { Delivery = delivery, LetterId = letter.Id, Before = letter.Attempts });
        memory.Deliveries.Begin(delivery, batch);
        slot.Handler.Tell(delivery, router);
    }

    /// <summary>A dead letter is kept, or the stream goes on while it waits for its store: its batch waits no longer, but the position does.</summary>
    /// <returns>The batch, if that was the last it waited for.</returns>
    public BatchInFlight? Kept(DeadLetterKept kept)
    {
        if (!memory.GivenUp.TryGetValue(kept.Id, out var given))
            return null;
        if (kept.IsDelayed && !given.Hold(memory.Handled))
            return null;
        if (!kept.IsDelayed)
        {
            memory.GivenUp.Remove(kept.Id);
            given.Release();
        }

        if (!kept.IsDelayed || !AreSavedByHandlers)
            given.GoOn();
        return memory.Deliveries.End(given.Delivery, isHandled: true);
    }

    // An exception of the user's may throw here too, or tell a book.
    private string Words(Exception fault)
    {
        string message;
        try
        {
            message = gate.Redact(fault.Message ?? "");
        }
        catch (Exception)
        {
            message = "(its message cannot be read)";
        }

        return $"{fault.GetType().FullName}: {(message.Length > MostOfMessage ? message[..MostOfMessage] + "…" : message)}";
    }

    // Its payload did not fit. If it does now, every handler of the type gets the event, those included that got it without its payload: an actor
    // may have waited for that.
    private string? DispatchAgain(StoredDeadLetter letter, IActorRef asker)
    {
        var type = letter.Event.EventType;
        if (payloads.FirstOrDefault(each => each.Pattern.Matches(type)) is not { } mapping)
            return "no payload is mapped to its type";
        if (mapping.Read(letter.Event.Utf8Data.Span, out var reason) is not { } payload)
            return $"the payload is no {mapping.PayloadType}: {reason}";
        var slots = memory.Table.Slots.Where(each => !each.IsObserver && each.Pattern.Matches(type)).ToArray();
        if (slots.Length > 0 && IsWithdrawn(letter))
            return null;
        var batch = BatchOf(letter, asker);
        foreach (var slot in slots)
            slot.SendAgain(new McpEventBatch(payload.AddTo(letter.Event).Again()), batch, memory.Deliveries, router);
        return slots.Length == 0 ? "the stream has no handler of its type" : null;
    }

    // If so, it comes again when that is stored.
    private bool IsWithdrawn(StoredDeadLetter letter)
    {
        if (letter.IsRetryRequested)
            deadLetters.Tell(new WithdrawRetry(letter), router);
        return letter.IsRetryRequested;
    }

    private BatchInFlight BatchOf(StoredDeadLetter letter, IActorRef asker) =>
        new(new ChunkInFlight(Epoch: 0, Chunks: 0), Dispatched: 0, memory.Position) { Redelivery = new RedeliveryRequest(asker, letter.Id) };

    // One event at a time, so that the others of a batch are done if one cannot be.
    private static List<object> Again(object message) => message switch
    {
        McpEvent received => [received.Again()],
        McpEventBatch { IsReleased: false } batch => [.. Enumerable.Range(0, batch.Count).Select(place => new McpEventBatch(batch.EventAt(place).Again()))],
        _ => [],
    };

    // The message that the handler will get.
    private static object KeyOf(HandlerSlot slot, Delivery delivery) => slot.TakesBatches ? delivery.Events! : delivery.Events!.EventAt(0);

    private static string After(TimeSpan delay, string next) => string.Create(CultureInfo.InvariantCulture, $"{next} in {delay.TotalSeconds:0.###} s");

    // The handler gets the rest of the batch again, and what follows: at once, unless its circuit is open.
    private void GoOn(HandlerSlot slot, List<object> again, int failed, TimeSpan delay, string? awaited)
    {
        again.RemoveAt(failed);
        var isOpen = slot.Failures!.State is HandlerState.Open && !slot.IsLeaving;
        if (again.Count > 0 || isOpen || Awaits(slot, awaited) is not null)
            Hold(slot, again, isOpen ? delay : TimeSpan.Zero, "", awaited);
    }

    private void OnceSafe(HandlerSlot slot, string? letter, Action then)
    {
        if (Awaits(slot, letter) is { } given)
            given.Then = then;
        else
            then();
    }

    // A handler that saves positions could save one after an event that is not kept yet. For one with a queue, nothing else waits.
    private GivenUp? Awaits(HandlerSlot slot, string? letter) =>
        letter is not null && (AreSavedByHandlers || slot.Queue is not null) ? memory.GivenUp.GetValueOrDefault(letter) : null;

    // A message that the scheduler sends by itself is wrapped, and the mailbox would not know it.
    private string Hold(HandlerSlot slot, List<object> again, TimeSpan delay, string next, string? awaited = null)
    {
        slot.Hold = slot.Messages!.Hold(again);
        var release = new ReleaseEvents(slot.Hold);
        slot.NextAttempt?.Cancel();
        slot.NextAttempt = null;
        OnceSafe(slot, awaited, () =>
        {
            if (delay > TimeSpan.Zero)
                slot.NextAttempt = scheduler.Advanced.ScheduleOnceCancelable(delay, () => slot.Handler.Tell(release));
            else
                slot.Handler.Tell(release);
        });
        Report(slot);
        return After(delay, next);
    }

    private void PutAside(HandlerSlot slot, object again, FailedAttempts attempts, BatchInFlight? batch, TimeSpan delay)
    {
        var delivery = new Delivery(slot, again as McpEventBatch ?? new McpEventBatch((McpEvent)again)) { Count = 1 };
        slot.Failures!.Expect(KeyOf(slot, delivery), attempts with { Delivery = delivery });
        memory.Deliveries.Begin(delivery, batch ?? new BatchInFlight(new ChunkInFlight(Epoch: 0, Chunks: 0), Dispatched: 0, memory.Position));
        slot.PutAside.Add(delivery);
        scheduler.Advanced.ScheduleOnce(delay, () => router.Tell(new RetryDue(delivery), ActorRefs.NoSender));
        Report(slot);
    }

    private string GiveUp(HandlerSlot slot, object message, FailedAttempts attempts, string fault, BatchInFlight? batch)
    {
        var letter = Keep(message as McpEvent ?? ((McpEventBatch)message).EventAt(0), slot.Name, attempts, fault, batch);
        Report(slot);
        return letter;
    }

    private string Keep(McpEvent received, string handler, FailedAttempts attempts, string fault, BatchInFlight? batch)
    {
        var now = scheduler.Now;
        var letter = new StoredDeadLetter
        {
            Id = attempts.LetterId ?? LetterIds.Next(now),
            Event = received,
            Handler = handler,
            Fault = fault,
            Attempts = attempts.Before + attempts.Count,
            FirstFailedAt = attempts.Since,
            GivenUpAt = now,
        };
        var kept = new Delivery(slot: null, events: null);
        if (batch is not null)
            memory.Deliveries.Begin(kept, batch);
        memory.GivenUp[letter.Id] = new GivenUp(kept);
        deadLetters.Tell(new KeepDeadLetter(letter), router);
        return letter.Id;
    }

    private void Report(HandlerSlot slot)
    {
        var state = slot.Failures!.State;
        if (state == slot.ReportedState)
            return;
        slot.ReportedState = state;
        stats.Tell(new HandlerStateChanged(slot.Name, state));
    }
}

/// <summary>Router to itself: the delay of an event that was put aside is over.</summary>
internal sealed record RetryDue(Delivery Delivery) : IPipelineMessage;
