using Akka.Actor;
using Akka.Event;
using McpSseActors.DeadLetters;

namespace McpSseActors.Actors.DeadLetters;

/// <summary>
/// Keeps the letters of all streams: one write at a time, and what comes meanwhile goes with the next. While the store fails, letters wait here, and
/// the streams go on for as many as <see cref="DelayedLetters"/> lets, if they are to. Answers queries; what concerns retries is its child's, and passes
/// through here so that both see the same order.
/// </summary>
internal sealed class DeadLetterActor : ReceiveActor, IWithTimers
{
    // Of a database, a call would otherwise take longer than it may after an outage.
    private const int MostAtOnce = 100;
    private const int MostBytesAtOnce = 1 << 20;
    private const int MostWithdrawnAtOnce = 10;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);
    private readonly DeadLetterSettings _settings;
    private readonly StoreCalls _calls;
    private readonly DeadLetterLog _letters;
    private readonly IActorRef _retries;
    private readonly DelayedLetters _delayed = new();
    private readonly List<ToWrite> _waiting = [];
    private List<ToWrite> _underWay = [];
    private long _fellOut;
    private volatile bool _isKeeping;
    private bool _isTrimming;
    private bool _isTrimDue;
    private string? _fault;
    private string? _trimFault;

    public DeadLetterActor(DeadLetterSettings settings)
    {
        _settings = settings;
        _calls = new StoreCalls("store of dead letters", settings.LongestCall);
        _letters = new DeadLetterLog(_log, settings.LogPeriod);
        _retries = Context.ActorOf(QuietMailbox.For(() => new DeadLetterRetryActor(settings)), "retries");
        Receive<KeepDeadLetter>(Keep);
        Receive<WithdrawRetry>(Withdraw);
        Receive<Written>(Apply);
        Receive<WriteFailed>(Apply);
        Receive<Trimmed>(Apply);
        Receive<TryAgain>(_ => Write());
        Receive<Tick>(_ => ReportAndTrim());
        Receive<GetDeadLetters>(request => Reply(request, cancellation => Store.ListAsync(request, cancellation)));
        Receive<CountDeadLetters>(Count);
        Receive<DiscardDeadLetters>(request => Reply(request, async cancellation =>
            new DeadLettersDiscarded(await Store.DiscardAsync(request.Filter, cancellation).ConfigureAwait(false))));
        Receive<GetDeadLetterHealth>(_ => AnswerHealth());
        Receive<RetryDeadLetters>(request => IfValid(request, () => _retries.Forward(request)));
        Receive<RedeliverDeadLetter>(request => Context.Parent.Tell(request, Self));
        Receive<DeadLetterRedelivered>(_retries.Forward);
        Receive<RedeliveriesEnded>(_retries.Forward);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private IDeadLetterStore Store => _settings.Store;

    /// <summary>Starts the actor.</summary>
    public static IActorRef Start(IActorContext supervisor, IDeadLetterStore store, McpSseSetup setup, PipelineSettings pipeline)
    {
        var settings = new DeadLetterSettings(store, setup.DeadLetters, setup.OnStoreFailure)
        {
            LogPeriod = pipeline.HandlerWarning,
            AnswerWithin = pipeline.AskTimeout / 2,
        };
        return supervisor.ActorOf(QuietMailbox.For(() => new DeadLetterActor(settings)));
    }

    protected override void PreStart()
    {
        if (Store is FileDeadLetterStore { Damaged: > 0 } file)
            _log.Warning("The file of dead letters has {Damaged} damaged line(s), which are left out: as many letters may be lost", file.Damaged);
        Timers.StartPeriodicTimer(nameof(Tick), new Tick(), _settings.LogPeriod);
    }

    protected override void PostStop()
    {
        if (_waiting.Concat(_underWay).Count(each => each.Sender is not null) is > 0 and var count)
            _log.Error("{Count} event(s) that handlers gave up are not kept as dead letters, since their store did not work before the end", count);
    }

    private void Keep(KeepDeadLetter keep)
    {
        _retries.Tell(keep);
        var write = new ToWrite(keep.Letter with { IsRetryRequested = false }, Sender);
        _waiting.Add(write);
        if (_fault is not null)
            Delay(write);
        Write();
    }

    private void Withdraw(WithdrawRetry request)
    {
        _waiting.Add(new ToWrite(request.Letter with { IsRetryRequested = false }, Sender: null));
        Write();
    }

    private void ReportAndTrim()
    {
        _letters.ReportCounts();
        if (_fault is not null && _waiting.Count > 0)
            _log.Error("{Count} dead letter(s) wait for their store: {Fault}", _waiting.Count, _fault);
        Trim();
    }

    private void Write()
    {
        if (_underWay.Count > 0 || _waiting.Count == 0 || Timers.IsTimerActive(nameof(TryAgain)))
            return;
        // One that took too long could come to its end last, and bring back what was discarded meanwhile.
        if (_isKeeping)
        {
            Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), RetryDelay);
            return;
        }

        var (bytes, withdrawn) = (0L, 0);
        _underWay = [.. _waiting.TakeWhile((each, place) => place == 0 || (place < MostAtOnce
            && (bytes += each.Letter.Size) <= MostBytesAtOnce && (each.Sender is not null || ++withdrawn < MostWithdrawnAtOnce)))];
        _waiting.RemoveRange(0, _underWay.Count);
        var writes = _underWay;
        _isKeeping = true;
        _calls.CallAsync(cancellation => KeepAsync(writes, cancellation)).PipeTo(Self, failure: fault => new WriteFailed(fault));
    }

    private async Task<Written> KeepAsync(IReadOnlyList<ToWrite> writes, CancellationToken cancellation)
    {
        try
        {
            var discarded = new HashSet<string>(StringComparer.Ordinal);
            foreach (var withdrawn in writes.Where(each => each.Sender is null))
            {
                if (await Store.CountAsync(new DeadLetterFilter { Id = withdrawn.Letter.Id }, cancellation).ConfigureAwait(false) == 0)
                    discarded.Add(withdrawn.Letter.Id);
            }

            // Of letters with the same ID, the last counts.
            var letters = writes.Select(each => each.Letter).Where(letter => !discarded.Contains(letter.Id))
                .Reverse().DistinctBy(letter => letter.Id).Reverse().ToArray();
            if (letters.Length > 0)
                await Store.KeepAsync(letters, cancellation).ConfigureAwait(false);
            return new Written(discarded);
        }
        finally
        {
            _isKeeping = false;
        }
    }

    private void Apply(Written written)
    {
        if (_fault is not null)
            _log.Info("The store of dead letters works again");
        _fault = null;
        var writes = _underWay;
        _underWay = [];
        foreach (var (letter, sender) in writes)
        {
            if (sender is not null)
                AnswerKept(letter, sender);
            else if (written.Discarded.Contains(letter.Id))
                _retries.Tell(new DeadLetterRedelivered(letter.Id, "it was discarded"));
            else
                Context.Parent.Tell(new RedeliverDeadLetter(letter), Self);
        }

        Write();
        Trim();
    }

    private void AnswerKept(StoredDeadLetter letter, IActorRef sender)
    {
        _delayed.Remove(letter);
        _letters.Kept(letter);
        sender.Tell(new DeadLetterKept(letter.Id));
        Context.Parent.Tell(new DeadLetterCounted(letter.Event.Stream, letter.Handler));
    }

    private void Apply(WriteFailed failed)
    {
        if (_fault is null)
            _log.Error(failed.Fault, "The store of dead letters failed; trying again every {Seconds} s", RetryDelay.TotalSeconds);
        _fault = _calls.Describe(failed.Fault);
        Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), RetryDelay);
        _waiting.InsertRange(0, _underWay);
        _underWay = [];
        _waiting.ForEach(Delay);
    }

    private void Delay(ToWrite write)
    {
        if (_settings.OnFailure is StoreFailure.Continue && write.Sender is not null && _delayed.Add(write.Letter))
            write.Sender.Tell(new DeadLetterKept(write.Letter.Id, IsDelayed: true));
    }

    private void Trim()
    {
        _isTrimDue = true;
        if (_isTrimming)
            return;
        (_isTrimming, _isTrimDue) = (true, false);
        var now = Context.System.Scheduler.Now;
        _calls.CallAsync(async cancellation => new Trimmed(await Store.TrimAsync(_settings.Limits, now, cancellation).ConfigureAwait(false), null))
            .PipeTo(Self, failure: fault => new Trimmed(0, fault));
    }

    private void Apply(Trimmed trimmed)
    {
        _isTrimming = false;
        if (trimmed.Fault is not null && _trimFault is null)
            _log.Warning("The limits of dead letters don't hold at the moment: {Reason}", _calls.Describe(trimmed.Fault));
        _trimFault = trimmed.Fault is null ? null : _calls.Describe(trimmed.Fault);
        _fellOut += trimmed.FellOut;
        _letters.FellOut(trimmed.FellOut);
        if (_isTrimDue && trimmed.Fault is null)
            Trim();
    }

    private void Count(CountDeadLetters request)
    {
        var fellOut = _fellOut;
        Reply(request, async cancellation => new DeadLetterCount(await Store.CountAsync(request.Filter, cancellation).ConfigureAwait(false), fellOut));
    }

    private void AnswerHealth()
    {
        var fault = _fault ?? _trimFault;
        _calls.CallAsync(async cancellation =>
                new DeadLetterHealth(await Store.CountAsync(DeadLetterFilter.All, cancellation).ConfigureAwait(false), _settings.Limits.WarnAbove, fault))
            .PipeTo(Sender, failure: failure => new DeadLetterHealth(0, _settings.Limits.WarnAbove, _calls.Describe(failure)));
    }

    private void Reply<T>(IDeadLetterRequest request, Func<CancellationToken, Task<T>> call)
    {
        var sender = Sender;
        IfValid(request, () => _calls.CallAsync(call)
            .PipeTo(sender, Self, failure: fault => new Status.Failure(new PositionStoreException(_calls.Describe(fault), fault))));
    }

    private void IfValid(IDeadLetterRequest request, Action answer)
    {
        if (request.Filter is null)
            Sender.Tell(new Status.Failure(new ArgumentNullException(
                nameof(request), "The request has no filter; DeadLetterFilter.All selects every letter.")));
        else if (request.Filter.FaultOfPattern() is { } fault)
            Sender.Tell(new Status.Failure(fault));
        else
            answer();
    }

    /// <summary>A letter to be written.</summary>
    /// <param name="Letter">The letter.</param>
    /// <param name="Sender">Who waits for it; null if it goes to its handler then, which a request in the store asked for.</param>
    private readonly record struct ToWrite(StoredDeadLetter Letter, IActorRef? Sender);

    private sealed record Written(IReadOnlySet<string> Discarded) : IPipelineMessage;

    private sealed record WriteFailed(Exception Fault) : IPipelineMessage;

    private sealed record Trimmed(int FellOut, Exception? Fault) : IPipelineMessage;

    private sealed record TryAgain : IPipelineMessage;

    private sealed record Tick : IPipelineMessage;
}

/// <summary>How letters are kept.</summary>
/// <param name="Store">The store; disposed with the actor system.</param>
/// <param name="Limits">How many are kept.</param>
/// <param name="OnFailure">Whether streams go on while the store fails.</param>
internal sealed record DeadLetterSettings(IDeadLetterStore Store, DeadLetterLimits Limits, StoreFailure OnFailure)
{
    /// <summary>How long a call of the store may take.</summary>
    public TimeSpan LongestCall { get; init; } = StoreCalls.LongestCall;

    /// <summary>How often further letters of a handler are logged, and letters are checked for their age.</summary>
    public TimeSpan LogPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a retry is awaited before it is answered with what is done by then.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(2.5);
}
