using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Handlers;

namespace McpSseActors.Actors.Streams;

/// <summary>
/// Watches one file and has its changes applied. Reads the text at each tick, and so notices every way in which a file is replaced (written,
/// renamed, a link that leads elsewhere), on every file system. A text that two ticks in a row have read has settled, and is judged once.
/// <code>
/// Watching ──settled, or asked to reload──► Applying ──applied or rejected──► Watching
/// </code>
/// </summary>
internal sealed class ConfigurationFileActor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private const int MostLogged = 10;

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly TomlSource _source;
    private readonly TimeSpan _interval;
    private readonly IActorRef _supervisor;
    private McpSseOptions _applied;
    private Reading _judged;
    private Reading? _unsettled;

    public ConfigurationFileActor(TomlSource source, TimeSpan interval, IActorRef supervisor)
    {
        _source = source;
        _interval = interval;
        _supervisor = supervisor;
        _applied = source.Options;
        _judged = new Reading(source.Text, null);
        Watching();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    public static Props Props(TomlSource source, TimeSpan interval, IActorRef supervisor) =>
        PropsByCall.Local(() => new ConfigurationFileActor(source, interval, supervisor));

    protected override void PreStart()
    {
        if (_source is { IsWatched: true, CanReread: false })
            _log.Warning("{Path} cannot be watched, because it is not a regular file: its changes are not applied", _source.Path);
        ScheduleTick();
    }

    private void Watching()
    {
        Receive<Tick>(_ => Task.Run(Read).PipeTo(Self, Self));
        Receive<Reading>(Settle);
        Receive<ReloadConfiguration>(_ => Task.Run(() => new Requested(Read())).PipeTo(Self, Sender));
        Receive<Requested>(requested => Judge(requested.Reading));
        ReceiveAny(_ => { });
    }

    private void Applying(McpSseOptions options, ImmutableArray<ConfigurationChange> changes, IActorRef asker)
    {
        Receive<ChangesApplied>(_ =>
        {
            _applied = options;
            _log.Info("Reloaded {Path}: {Changes}", _source.Path, changes.IsEmpty ? "nothing has changed" : string.Join("; ", changes));
            if (!options.Delivery.IsSame(_source.Delivery))
                _log.Warning("{Path}: the table [mcp_sse.delivery] has changed since the host started; it applies when the host starts again", _source.Path);
            asker.Tell(new ConfigurationReloaded(changes));
            Resume();
        });
        Receive<ChangesRejected>(rejected =>
        {
            Reject(rejected.Fault, asker);
            Resume();
        });
        ReceiveAny(_ => Stash.Stash());
    }

    private void Resume()
    {
        Become(Watching);
        Stash.UnstashAll();
    }

    private void ScheduleTick()
    {
        if (_source is { IsWatched: true, CanReread: true })
            Timers.StartSingleTimer(nameof(Tick), new Tick(), _interval);
    }

    private Reading Read()
    {
        // To open a pipe again would wait for its next writer.
        if (!_source.CanReread)
            return new Reading("", TomlFile.Failed(_source.Path, "it cannot be read again, because it is not a regular file", "name a regular file"));
        try
        {
            return new Reading(TomlFile.Read(_source.FullPath), null);
        }
        catch (McpSseConfigurationException unreadable)
        {
            return new Reading("", unreadable);
        }
    }

    private void Settle(Reading read)
    {
        var isSettled = read.IsSame(_unsettled);
        _unsettled = read.IsSame(_judged) ? null : read;
        ScheduleTick();
        if (isSettled && _unsettled is not null)
            Judge(read);
    }

    private void Judge(Reading reading)
    {
        _judged = reading;
        _unsettled = null;
        try
        {
            Apply(reading.Unreadable is null
                ? TomlConfiguration.Parse(reading.Text, _source.Path, TomlConfiguration.ProcessEnvironment())
                : throw reading.Unreadable);
        }
        catch (Exception fault)
        {
            Reject(fault, Sender);
        }
    }

    private void Apply(McpSseOptions options)
    {
        var asker = Sender;
        var differences = OptionsDifference.Between(_applied, options);
        ImmutableArray<ConfigurationChange> changes =
            [.. differences.Select(each => each.Change), .. new[] { OptionsDifference.OfLog(_applied, options) }.OfType<ConfigurationChange>()];
        _supervisor.Tell(new ApplyChanges(_source.Path, options, differences));
        Become(() => Applying(options, changes, asker));
    }

    private void Reject(Exception fault, IActorRef asker)
    {
        if (fault is McpSseConfigurationException faulty)
        {
            foreach (var each in faulty.Faults.Take(MostLogged))
                _log.Error("{Path} is not applied; the former configuration stays in effect: {Fault}", _source.Path, each);
            if (faulty.Faults.Length > MostLogged)
                _log.Error("{Path} has {Faults} more faults; mcp-sse check lists them", _source.Path, faulty.Faults.Length - MostLogged);
        }
        else
        {
            _log.Error(fault, "{Path} is not applied; the former configuration stays in effect", _source.Path);
        }

        asker.Tell(new Status.Failure(fault));
    }

    private sealed record Tick : IPipelineMessage;

    private sealed record Reading(string Text, McpSseConfigurationException? Unreadable) : IPipelineMessage
    {
        public bool IsSame(Reading? other) => Text == other?.Text && Unreadable?.Message == other.Unreadable?.Message;
    }

    private sealed record Requested(Reading Reading) : IPipelineMessage;
}
