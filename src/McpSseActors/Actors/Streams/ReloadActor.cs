using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Streams;

/// <summary>
/// Watches one file: looks at its text again and again. So it finds every way in which a file is replaced (written, renamed, a link that leads
/// elsewhere), on every file system. A text that two looks in a row have seen is settled, and judged once.
/// </summary>
internal sealed class ReloadActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly TomlSource _source;
    private readonly TimeSpan _interval;
    private Reading _judged;
    private Reading? _unsettled;

    public ReloadActor(TomlSource source, TimeSpan interval)
    {
        _source = source;
        _interval = interval;
        _judged = new Reading(source.Text, null);
        Receive<Look>(_ => Task.Run(Read).PipeTo(Self, Self));
        Receive<Reading>(Settle);
        Receive<ReloadConfiguration>(_ => Task.Run(() => new Wanted(Read())).PipeTo(Self, Sender));
        Receive<Wanted>(wanted => Judge(wanted.Reading));
        ReceiveAny(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(TomlSource source, TimeSpan interval) => Akka.Actor.Props.Create(() => new ReloadActor(source, interval));

    protected override void PreStart() => LookSoon();

    private void LookSoon()
    {
        if (_source.IsWatched)
            Timers.StartSingleTimer(nameof(Look), new Look(), _interval);
    }

    private Reading Read()
    {
        try
        {
            return new Reading(TomlFile.Read(_source.FullPath), null);
        }
        catch (McpSseConfigurationException unreadable)
        {
            return new Reading("", unreadable);
        }
    }

    private void Settle(Reading seen)
    {
        var isSettled = seen.IsSame(_unsettled);
        _unsettled = seen.IsSame(_judged) ? null : seen;
        if (isSettled && _unsettled is not null)
            Judge(seen);
        LookSoon();
    }

    // The supervisor answers who asked, or us, who do not listen.
    private void Judge(Reading reading)
    {
        _judged = reading;
        _unsettled = null;
        try
        {
            var options = reading.Unreadable is null ? TomlConfiguration.Parse(reading.Text, _source.Path, TomlConfiguration.ProcessEnvironment()) : throw reading.Unreadable;
            Context.Parent.Forward(new ApplyConfiguration(_source.Path, options));
        }
        catch (McpSseConfigurationException faulty)
        {
            new ApplyConfiguration(_source.Path, new McpSseOptions()).Refuse(faulty.Faults, _log, Sender);
        }
        catch (Exception bug)
        {
            _log.Error(bug, "{Path} is not applied, all stays as it was", _source.Path);
            Sender.Tell(new Status.Failure(bug));
        }
    }

    private sealed record Look : IPipelineMessage;

    private sealed record Reading(string Text, McpSseConfigurationException? Unreadable) : IPipelineMessage
    {
        public bool IsSame(Reading? other) => Text == other?.Text && Unreadable?.Message == other.Unreadable?.Message;
    }

    private sealed record Wanted(Reading Reading) : IPipelineMessage;
}
