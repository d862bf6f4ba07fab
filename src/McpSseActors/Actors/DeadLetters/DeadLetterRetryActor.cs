using Akka.Actor;
using Akka.Event;
using McpSseActors.DeadLetters;

namespace McpSseActors.Actors.DeadLetters;

/// <summary>
/// Gives letters back to their handlers: on request, and those for which that was requested in the store, when their stream starts and once per
/// period. Discards those that were handled.
/// </summary>
internal sealed class DeadLetterRetryActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly DeadLetterFilter Requested = new() { IsRetryRequested = true };

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);
    private readonly DeadLetterSettings _settings;
    private readonly StoreCalls _calls;
    private readonly Redeliveries _redeliveries;
    private readonly List<Redelivery> _handled = [];
    private Redelivery[] _removing = [];
    private string? _lastReason;
    private bool _isSearching;
    private bool _isSearchDue;

    public DeadLetterRetryActor(DeadLetterSettings settings)
    {
        _settings = settings;
        _calls = new StoreCalls("store of dead letters", settings.LongestCall);
        _redeliveries = new Redeliveries(Load);
        Receive<RetryDeadLetters>(request => Find(request.Filter, new RetryRun(Sender)));
        Receive<Found>(Begin);
        Receive<NotFound>(FailSearch);
        Receive<Loaded>(Send);
        Receive<KeepDeadLetter>(kept => _redeliveries.Find(kept.Letter.Id)?.FailedAgain = kept.Letter.Fault);
        Receive<DeadLetterRedelivered>(Apply);
        Receive<RedeliveriesEnded>(Abandon);
        Receive<StateReported>(reported => HandOut(reported.Change));
        Receive<Removed>(Apply);
        Receive<RemoveFailed>(Apply);
        Receive<TryAgain>(_ => Remove());
        Receive<Look>(_ => SearchSoon());
        Receive<Overdue>(overdue => overdue.Run.Answer());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private IDeadLetterStore Store => _settings.Store;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(StateReported));
        Timers.StartPeriodicTimer(nameof(Look), new Look(), TimeSpan.Zero, _settings.LogPeriod);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void Find(DeadLetterFilter filter, RetryRun run)
    {
        Timers.StartSingleTimer(run, new Overdue(run), _settings.AnswerWithin);
        _calls.CallAsync(async cancellation =>
        {
            var found = new List<Redelivery>();
            await foreach (var letter in Store.AllAsync(filter, cancellation).ConfigureAwait(false))
                found.Add(new Redelivery(letter.Id, letter.Event.Stream, letter.Handler));
            return new Found(found, run);
        }).PipeTo(Self, failure: fault => new NotFound(fault, run));
    }

    private void Begin(Found found)
    {
        found.Run.Begin(found.Letters.Count);
        foreach (var letter in found.Letters)
        {
            if (found.Run.IsOfStart && _redeliveries.Find(letter.Id) is not null)
                found.Run.Forget();
            else
                _redeliveries.Add(letter, found.Run);
        }

        EndSearch(found.Run);
        AnswerIfDone(found.Run);
    }

    private void FailSearch(NotFound failure)
    {
        failure.Run.Refuse(new PositionStoreException(_calls.Describe(failure.Fault), failure.Fault));
        EndSearch(failure.Run);
        AnswerIfDone(failure.Run);
    }

    private void Load(Redelivery retried) => _calls.CallAsync(async cancellation =>
            new Loaded(retried, await Store.FindAsync(new DeadLetterFilter { Id = retried.Id }, "", 1, cancellation).ConfigureAwait(false) is [var letter, ..] ? letter : null, null))
        .PipeTo(Self, failure: fault => new Loaded(retried, null, _calls.Describe(fault)));

    // The reply comes by the parent, after the letter if that is kept again.
    private void Send(Loaded loaded)
    {
        if (!ReferenceEquals(_redeliveries.Find(loaded.Retried.Id), loaded.Retried))
            return;
        if (loaded.Letter is { } letter)
            Context.Parent.Tell(new RedeliverDeadLetter(letter), Context.Parent);
        else
            End(loaded.Retried, loaded.Fault ?? "it was discarded");
    }

    private void Apply(DeadLetterRedelivered outcome)
    {
        if (_redeliveries.Find(outcome.Id) is not { } retried)
            return;
        if (outcome.IsElsewhere)
        {
            Leave(retried);
            return;
        }

        if ((outcome.Fault ?? (retried.FailedAgain is { } again ? $"the handler failed again: {again}" : null)) is { } fault)
        {
            End(retried, fault);
            return;
        }

        _redeliveries.Release(retried);
        _handled.Add(retried);
        Remove();
    }

    private void Leave(Redelivery elsewhere)
    {
        _redeliveries.Release(elsewhere);
        _redeliveries.Remove(elsewhere);
        foreach (var run in elsewhere.Runs)
        {
            run.Forget();
            AnswerIfDone(run);
        }
    }

    private void Remove()
    {
        if (_removing.Length > 0 || _handled.Count == 0 || Timers.IsTimerActive(nameof(TryAgain)))
            return;
        _removing = [.. _handled];
        _handled.Clear();
        var ids = _removing.Select(each => each.Id).ToArray();
        _calls.CallAsync(async cancellation => new Removed(await Store.RemoveAsync(ids, cancellation).ConfigureAwait(false)))
            .PipeTo(Self, failure: fault => new RemoveFailed(fault));
    }

    private void Apply(Removed removed)
    {
        foreach (var retried in _removing)
        {
            _redeliveries.Remove(retried);
            foreach (var run in retried.Runs)
            {
                run.Succeed();
                AnswerIfDone(run);
            }
        }

        _log.Info("{Count} dead letter(s) were handled when they were retried", removed.Count);
        _removing = [];
        Remove();
    }

    // Until it is discarded it would be handled once more.
    private void Apply(RemoveFailed failed)
    {
        _log.Warning("Handled dead letters can't be discarded; trying again in {Seconds} s: {Reason}", RetryDelay.TotalSeconds, _calls.Describe(failed.Fault));
        _handled.InsertRange(0, _removing);
        _removing = [];
        Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), RetryDelay);
    }

    private void Abandon(RedeliveriesEnded ended)
    {
        foreach (var retried in _redeliveries.RemoveAll(ended.Stream))
            Fail(retried, ended.Reason);
    }

    private void End(Redelivery retried, string fault)
    {
        _redeliveries.Release(retried);
        _redeliveries.Remove(retried);
        Fail(retried, fault);
    }

    private void Fail(Redelivery retried, string fault)
    {
        foreach (var run in retried.Runs)
        {
            run.Fail(retried.Id, fault);
            AnswerIfDone(run);
        }
    }

    private void AnswerIfDone(RetryRun run)
    {
        if (!run.IsDone)
            return;
        Timers.Cancel(run);
        run.Answer();
        if (run.IsOfStart && run.LastFault is { } reason && reason != _lastReason)
            _log.Warning("{Count} dead letter(s) stay though a retry was requested; the last one because {Reason}", run.Failed, _lastReason = reason);
    }

    // Thousands of streams that start at once need one search.
    private void HandOut(StreamStateChanged change)
    {
        if (change is { NewState: ConnectionState.Connecting, OldState: not (ConnectionState.BackingOff or ConnectionState.Connected) })
            SearchSoon();
    }

    private void SearchSoon()
    {
        _isSearchDue = true;
        Search();
    }

    private void Search()
    {
        if (_isSearching || !_isSearchDue)
            return;
        (_isSearching, _isSearchDue) = (true, false);
        Find(Requested, new RetryRun(ActorRefs.Nobody) { IsOfStart = true });
    }

    private void EndSearch(RetryRun run)
    {
        if (!run.IsOfStart)
            return;
        _isSearching = false;
        Search();
    }

    private sealed record Found(List<Redelivery> Letters, RetryRun Run) : IPipelineMessage;

    private sealed record NotFound(Exception Fault, RetryRun Run) : IPipelineMessage;

    private sealed record Loaded(Redelivery Retried, StoredDeadLetter? Letter, string? Fault) : IPipelineMessage;

    private sealed record Removed(int Count) : IPipelineMessage;

    private sealed record RemoveFailed(Exception Fault) : IPipelineMessage;

    private sealed record TryAgain : IPipelineMessage;

    private sealed record Look : IPipelineMessage;

    private sealed record Overdue(RetryRun Run) : IPipelineMessage;
}
