using System.Diagnostics;
using Akka.Actor;
using McpSseActors.Actors.Parser;
using McpSseActors.Connections;

namespace McpSseActors.Actors.Connection;

/// <summary>
/// One HTTP exchange, from request to end. It keeps nothing that must survive it, so it may crash.
/// <code>
/// Opening ──opened──► Reading ──end, loss, silence──► (over)
///    └──refused, lost, timeout, close──────────────────► (over)
/// </code>
/// It reads only while it has credit: each chunk sent to the parser takes one, and each handled chunk returns it as a grant. A chunk
/// that is longer than the usual takes one for each that it has begun, and one that completes a longer event, as many as fit into that.
/// </summary>
internal sealed class ConnectionAttemptActor : UntypedActor, IWithTimers
{
    private const string Deadline = "deadline";
    private const string Watchdog = "watchdog";

    private static readonly TimeSpan MostForLeave = TimeSpan.FromSeconds(2);

    private readonly long _epoch;
    private readonly StreamOptions _options;
    private readonly OpenRequest _request;
    private readonly int _chunkSize;
    private readonly IEventTransport _transport;
    private readonly IActorRef _parser;
    private readonly IActorRef _self;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PendingRead _pending;
    private int _credit;
    private int _chunksPerRead = 1;
    private bool _isReading;
    private RunningClock _clock;

    public ConnectionAttemptActor(long epoch, StreamOptions options, OpenRequest request, int chunkSize, int credit, Func<IEventTransport> transport, IActorRef parser)
    {
        _epoch = epoch;
        _options = options;
        _request = request;
        _chunkSize = chunkSize;
        _credit = credit;
        _transport = transport();
        _parser = parser;
        _self = Self;
        _pending = new PendingRead(chunk => _self.Tell(Deliver(chunk), ActorRefs.NoSender), fault => _self.Tell(new Broke(fault), ActorRefs.NoSender));
        _clock = new RunningClock(options.ConnectionTimeout);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        long epoch, StreamOptions options, OpenRequest request, int chunkSize, int credit, Func<IEventTransport> transport, IActorRef parser) =>
        QuietMailbox.For(() => new ConnectionAttemptActor(epoch, options, request, chunkSize, credit, transport, parser));

    protected override void PreStart()
    {
        StartClock();
        // A credential source may block, and the deadline must still be met.
        var opening = _options.Credentials is null ? OpenAsync() : Task.Run(OpenAsync, _cancellation.Token);
        opening.PipeTo(Self, success: outcome => new OpenCompleted(outcome), failure: fault => new Broke(fault));
    }

    protected override void PostStop()
    {
        _cancellation.Cancel();
        _transport.Dispose();
        _cancellation.Dispose();
    }

    // An asynchronous method sets the current activity for itself only.
    private async Task<AttemptOutcome> OpenAsync()
    {
        Activity.Current = _request.Span;
        return await _transport.OpenAsync(_request, _cancellation.Token).ConfigureAwait(false);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case OpenCompleted { Outcome: AttemptOutcome.Opened opened }:
                Open(opened);
                break;
            case OpenCompleted refused:
                End(refused.Outcome);
                break;
            case Grant grant:
                Take(grant);
                break;
            case Tick:
                EndIfLate();
                break;
            default:
                AnyTime(message);
                break;
        }
    }

    private void EndIfLate()
    {
        _clock.Tick(Context.System.Scheduler.MonotonicClock);
        if (_clock.Counted >= RunningClock.Ticks)
            End(new AttemptOutcome.Lost($"no answer within the connection_timeout of {_options.ConnectionTimeout.TotalSeconds:0.###} s"));
    }

    private void Open(AttemptOutcome.Opened opened)
    {
        Context.Parent.Tell(new AttemptOpened(_epoch, opened.PermanentUrl));
        Timers.Cancel(Watchdog);
        _clock = new RunningClock(_options.ReadTimeout);
        if (!_transport.IsWatchful)
            StartClock();
        Become(Reading);
        Read();
    }

    private void Reading(object message)
    {
        switch (message)
        {
            case ReadCompleted read:
                _isReading = false;
                _clock.Counted = 0;
                if (TryGoOn(read))
                    Read();
                break;
            case Grant grant:
                Take(grant);
                Read();
                break;
            case Charge charge:
                _credit -= charge.Chunks;
                break;
            case Tick:
                EndIfSilent();
                break;
            default:
                AnyTime(message);
                break;
        }
    }

    private void AnyTime(object message)
    {
        switch (message)
        {
            case Broke broke:
                _transport.Note(broke.Fault);
                End(NetworkFault.Describe(broke.Fault, _request.Url));
                break;
            case CloseAttempt close:
                Close(close);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // The goodbye is a courtesy to the server, so it must not take long.
    private void Close(CloseAttempt close)
    {
        var leave = close.IsFinal ? _transport.CloseAsync(_cancellation.Token) : Task.CompletedTask;
        if (leave.IsCompleted)
        {
            End(close.Outcome);
            return;
        }

        Timers.StartSingleTimer(Deadline, new DeadlinePassed(), MostForLeave);
        leave.PipeTo(Self, success: () => new Left(), failure: _ => new Left());
        Become(message =>
        {
            if (message is Left or DeadlinePassed)
                End(close.Outcome);
        });
    }

    private void Take(Grant grant)
    {
        _credit += grant.Chunks;
        _chunksPerRead = grant.ChunksPerRead;
    }

    // Reads what has arrived already in the same pass, as far as the credit allows.
    private void Read()
    {
        while (_credit > 0 && !_isReading)
        {
            var read = _transport.ReadAsync(_chunkSize * _chunksPerRead, _cancellation.Token);
            if (!read.IsCompletedSuccessfully)
            {
                _isReading = true;
                _pending.Await(read);
            }
            else if (!TryGoOn(Deliver(read.Result)))
            {
                return;
            }
        }
    }

    // Called on the thread that received the bytes: a detour through this actor's mailbox would cost time. The parser drops what comes too late.
    private ReadCompleted Deliver(Chunk chunk)
    {
        if (chunk.IsEnd)
            return ReadCompleted.End;
        var chunks = PipelineSettings.ChunksOfRead(chunk.Length, _chunkSize);
        _parser.Tell(new ChunkReceived(_epoch, chunk), _self);
        return chunks == 1 ? ReadCompleted.One : new ReadCompleted(chunks);
    }

    private bool TryGoOn(ReadCompleted read)
    {
        if (read.IsEnd)
            End(new AttemptOutcome.Ended());
        else
            _credit -= read.Chunks;
        return !read.IsEnd;
    }

    // Only the server can be silent: while nothing is read, for want of credit, no time counts. Silence is found at most
    // a tenth late.
    private void EndIfSilent()
    {
        _clock.Tick(Context.System.Scheduler.MonotonicClock);
        if (!_isReading)
            _clock.Counted = 0;
        if (_clock.Counted > RunningClock.Ticks)
            End(new AttemptOutcome.Lost($"the server sent nothing for the read_timeout of {_options.ReadTimeout.TotalSeconds:0.###} s"));
    }

    private void StartClock()
    {
        _clock.Begin(Context.System.Scheduler.MonotonicClock);
        Timers.StartPeriodicTimer(Watchdog, new Tick(), _clock.Interval);
    }

    private void End(AttemptOutcome outcome)
    {
        Timers.CancelAll();
        _cancellation.Cancel();
        Context.Parent.Tell(new AttemptEnded(_epoch, outcome));
        Context.Stop(Self);
    }

    private sealed record OpenCompleted(AttemptOutcome Outcome) : IPipelineMessage;

    private sealed record ReadCompleted(int Chunks) : IPipelineMessage
    {
        public static readonly ReadCompleted One = new(1);
        public static readonly ReadCompleted End = new(0);

        public bool IsEnd => Chunks == 0;
    }

    private sealed record Broke(Exception Fault) : IPipelineMessage;

    private sealed record Left : IPipelineMessage;

    private sealed record DeadlinePassed : IPipelineMessage;

    private sealed record Tick : IPipelineMessage;
}
