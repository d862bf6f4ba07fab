using Akka.Actor;
using McpSseActors.Actors.Positions;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Finds an event that kills the process. The events that a killed process may have been handling are tried a few at a time, and what is tried is
/// stored before handlers get it. If the process is killed again, these are tried one by one. An event that was tried alone, and whose handlers had
/// it as often as they may fail when the process was killed, is given up. The first events after a process that has saved nothing are tried too.
/// </summary>
/// <param name="memory">What the router must not forget.</param>
/// <param name="suspects">What handlers had; null if that is not known.</param>
/// <param name="hasSilentOwner">Whether the process before may have had events, and has saved nothing.</param>
internal sealed class Trials(RouterMemory memory, Trial? suspects, bool hasSilentOwner)
{
    private const int FewEvents = 32;

    private readonly List<TrialRequested> _waiting = [];
    private int _suspectsLeft = suspects?.Events ?? 0;
    private string _alone = suspects is { Events: 1 } ? suspects.Event : "";
    private BatchInFlight? _saving;
    private BatchInFlight? _saved;
    private bool _hasSent;

    /// <summary>The most events that are tried together.</summary>
    public int BatchLength => _suspectsLeft > 0 ? 1 : FewEvents;

    /// <summary>What is known of the next events; null if they are above suspicion.</summary>
    public Suspicion? Next() => _suspectsLeft > 0 ? new Suspicion(suspects!.Attempts, _alone)
        : memory.ExpectedRepeats > 0 || (hasSilentOwner && IsFirst) ? new Suspicion(Attempts: 1, Alone: "")
        : null;

    // What follows what is still tried is tried too.
    private bool IsFirst => !_hasSent || memory.Handled is { IsHeld: false, Oldest.Suspicion: not null };

    /// <summary>Events were sent to handlers.</summary>
    public void Sent(int events)
    {
        _hasSent |= events > 0;
        _suspectsLeft = Math.Max(0, _suspectsLeft - events);
        if (events > 0)
            _alone = "";
    }

    /// <summary>The mailbox of a handler waits, until what is in it may be tried.</summary>
    public void Request(TrialRequested request, HandlerRecovery recovery, IActorRef stream)
    {
        _waiting.Add(request);
        GoOn(recovery, stream);
    }

    /// <summary>What is to be tried is stored.</summary>
    public void Saved(HandlerRecovery recovery, IActorRef stream)
    {
        (_saved, _saving) = (_saving ?? _saved, null);
        GoOn(recovery, stream);
    }

    /// <summary>Lets handlers try what comes next: only what follows the stored position, so that it is known by that.</summary>
    public void GoOn(HandlerRecovery recovery, IActorRef stream)
    {
        if (_waiting.Count == 0)
            return;
        var next = memory.Handled!.IsHeld ? null : memory.Handled.Oldest;
        foreach (var request in _waiting.Where(each => next is null || each.Delivery.Batch == next || IsPast(each)).ToArray())
        {
            if (next is null || next == _saved || IsPast(request) || CannotComeAgain(next) || HandlerRecovery.Tried(request.Delivery) is not { } tried)
                Release(request);
            else if (recovery.GivesUp(request.Delivery, next.Suspicion, () => Tell(request, isSkipped: true)))
                _waiting.Remove(request);
            else if (next != _saving)
            {
                _saving = next;
                var alone = next.Dispatched == 1 ? tried.Identity : "";
                stream.Tell(new SaveTrial(new Trial(next.Suspicion!.Attempts + 1, next.Dispatched, alone), memory.Handled.Ahead, memory.Handled.Handled));
            }
        }
    }

    /// <summary>Lets handlers have what they wait for: the stream begins elsewhere.</summary>
    public void ReleaseAll()
    {
        foreach (var request in _waiting.ToArray())
            Release(request);
    }

    // Without IDs, a new process gets other events.
    private static bool CannotComeAgain(BatchInFlight next) => next.Position.LastEventId.Length == 0;

    // The stream has begun elsewhere since, or the handler was removed.
    private bool IsPast(TrialRequested request) => request.Delivery.Batch is not { } batch || !memory.Handled!.Follows(batch);

    private void Release(TrialRequested request)
    {
        _waiting.Remove(request);
        Tell(request, isSkipped: false);
    }

    private static void Tell(TrialRequested request, bool isSkipped) =>
        request.Delivery.Slot!.Handler.Tell(new ReleaseEvents(request.Hold) { IsSkipped = isSkipped });
}

/// <summary>What is known of events that may have killed the process.</summary>
/// <param name="Attempts">How often handlers had them when it was killed.</param>
/// <param name="Alone">What identifies the one that was tried alone; empty if there were several.</param>
internal sealed record Suspicion(int Attempts, string Alone);

/// <summary>Mailbox of a handler to router: what comes next is on trial. The mailbox holds it until <see cref="ReleaseEvents"/>.</summary>
/// <param name="Delivery">What comes next.</param>
/// <param name="Hold">The number of the hold.</param>
internal sealed record TrialRequested(Delivery Delivery, long Hold) : IPipelineMessage;
