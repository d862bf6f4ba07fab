using Akka.Actor;
using McpSseActors.Actors.Parser;
using McpSseActors.Connections;

namespace McpSseActors.Actors.Connection;

/// <summary>One attempt after the other: its beginning, its end, and what comes next.</summary>
internal sealed partial class ConnectionActor
{
    private void Connect(string reason)
    {
        TakeUrl();
        _memory.Epoch++;
        Timers.CancelAll();
        _span = AttemptSpan.Start(_metrics, _options, _memory.Url, _memory.Epoch, _memory.Failures);
        _parser.Tell(new StreamOpening(_memory.Epoch, _memory.Position, _span.Links));
        _attempt = Context.Watch(Context.ActorOf(
            ConnectionAttemptActor.Props(_memory.Epoch, _options, new OpenRequest(_memory.Url, _memory.Position, _span.Activity), _settings.ChunkSize, _memory.Credit, _transport, _parser),
            $"attempt-{_memory.Epoch}"));
        Report(ConnectionState.Connecting, reason);
        Become(Connecting);
    }

    // Permanent redirects hold until the next start, or until the address is configured anew.
    private void TakeUrl()
    {
        if (_memory.ConfiguredUrl == _options.ServerUrl)
            return;
        _memory.ConfiguredUrl = _options.ServerUrl;
        _memory.Url = new Uri(_options.ServerUrl);
    }

    // The attempt may be over already: then its end is on its way, and the command goes before it all the same.
    private void Close(AttemptOutcome outcome, bool isFinal = false)
    {
        _closedWith = outcome;
        _attempt.Tell(new CloseAttempt(outcome, isFinal));
    }

    private void Heal()
    {
        if (_memory.Failures == 0)
            return;
        _memory.Failures = 0;
        _state.Healed();
    }

    private void BeginDraining(AttemptOutcome outcome)
    {
        Timers.CancelAll();
        Context.Unwatch(_attempt);
        _attempt = ActorRefs.Nobody;
        _parser.Tell(new Drain(_memory.Epoch));
        var decisive = _closedWith ?? outcome;
        _closedWith = null;
        EndSpan(decisive);
        Drain(decisive);
    }

    private void Drain(AttemptOutcome outcome) => Become(message => Draining(message, outcome));

    private void EndSpan(AttemptOutcome outcome)
    {
        _span?.End(outcome);
        _span = null;
    }

    private void GoOn(AttemptOutcome outcome)
    {
        if (!_memory.IsWanted)
        {
            Rest(StateAtRest, _memory.StopReason);
            return;
        }

        if (outcome is AttemptOutcome.Ended { IsPoll: true })
            Heal();
        var history = new AttemptHistory(_memory.Failures, _memory.Position.ReconnectionTime, _memory.HasReauthenticated);
        switch (RetryPolicy.Decide(outcome, _options, history, Random.Shared.NextDouble()))
        {
            case NextStep.ConnectNow now:
                _memory.HasReauthenticated |= now.IsReauthentication;
                Connect(now.Reason);
                break;
            case NextStep.ConnectLater later:
                BackOff(later);
                break;
            case NextStep.Rest rest:
                Rest(rest.State, rest.Reason);
                break;
        }
    }

    private void BackOff(NextStep.ConnectLater later)
    {
        var delay = _pace.Reserve(_memory.Url, _options.Name, Context.System.Scheduler.MonotonicClock, later.Delay);
        _memory.Failures++;
        _memory.HasReauthenticated = false;
        var waits = delay > AtOnce || _memory.Position.ReconnectionTime is not null;
        if (waits)
        {
            Timers.StartSingleTimer(NextAttempt, new TimeIsUp(), delay);
            Become(BackingOff);
        }

        Report(ConnectionState.BackingOff, later.Reason, delay);
        if (!waits)
            ConnectAgain();
    }

    private void ConnectAgain() => Connect($"reconnect attempt {_memory.Failures}");
}
