using System.Collections.Immutable;
using McpSseActors.Cli.Watch.Sources;

namespace McpSseActors.Cli.Watch.Model;

/// <summary>What a live view shows, and what its user has chosen. Knows no terminal and no network; used by one thread at a time.</summary>
internal sealed class WatchModel(IWatchSource source, TimeProvider time)
{
    /// <summary>So many events are kept.</summary>
    public const int MostEvents = 200;

    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(5);
    private static readonly EventPattern Everything = EventPattern.Parse(EventPattern.All);

    private Reading _reading = new([], null, Everything, []);
    private ImmutableArray<WatchedStream> _streams = [];
    private string? _chosen;
    private DateTimeOffset _noticeEnds;

    /// <summary>What is watched.</summary>
    public string Name => source.Name;

    /// <summary>Why a stream cannot be restarted from here; null where it can.</summary>
    public string? NoRestart => source.NoRestart;

    /// <summary>Whether anything has been read yet.</summary>
    public bool HasRead { get; private set; }

    /// <summary>The streams, sorted by name.</summary>
    public IReadOnlyList<WatchedStream> Streams => _streams;

    /// <summary>The index of the selected stream; 0 without streams.</summary>
    public int Selected => Math.Max(0, _streams.IndexOf(_streams.FirstOrDefault(stream => stream.Stats.Stream == _chosen)!));

    /// <summary>The selected stream; null without streams.</summary>
    public WatchedStream? Current => _streams.ElementAtOrDefault(Selected);

    /// <summary>Which events are shown.</summary>
    public EventPattern Filter { get; private set; } = Everything;

    /// <summary>The events of the chosen stream that the filter lets pass, oldest first; null until they have been read.</summary>
    public ImmutableArray<WatchedEvent>? Events =>
        _reading.EventsOf == Current?.Stats.Stream && _reading.Pattern == Filter ? _reading.Events : null;

    /// <summary>The reason why no events are available; null if they are.</summary>
    public string? NoEvents => _reading.NoEvents;

    /// <summary>How many of the newest events are scrolled out of sight.</summary>
    public int ScrolledBack { get; private set; }

    /// <summary>Whether the view is paused.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether the keys are explained.</summary>
    public bool ShowsHelp { get; set; }

    /// <summary>The pattern that is being typed; null while none is.</summary>
    public string? Typing { get; set; }

    /// <summary>What is to be said about the last key; empty where nothing is.</summary>
    public string Notice { get; private set; } = "";

    /// <summary>Why the source does not answer; null where it does.</summary>
    public Outage? Outage { get; private set; }

    /// <summary>The moment that is shown.</summary>
    public DateTimeOffset Now { get; private set; } = time.GetUtcNow();

    /// <summary>What is asked for next.</summary>
    public EventQuery Query => new(Current?.Stats.Stream, Filter, MostEvents);

    /// <summary>Applies a reading.</summary>
    public void Take(Reading reading)
    {
        Outage = null;
        if (IsPaused)
            return;
        var known = _streams.ToDictionary(stream => stream.Stats.Stream, StringComparer.Ordinal);
        _streams = [.. reading.Streams.DistinctBy(stats => stats.Stream).Select(stats => Update(known.GetValueOrDefault(stats.Stream), stats))];
        HasRead = true;
        // While the user reads older events, they do not move.
        if (ScrolledBack == 0 || Events is null)
            (_reading, ScrolledBack) = (reading, 0);
        Tick();
    }

    /// <summary>Notes that the source does not answer.</summary>
    public void Take(Outage outage) => Outage = outage;

    /// <summary>Time has gone by.</summary>
    public void Tick()
    {
        if (_noticeEnds <= time.GetUtcNow())
            Notice = "";
        if (!IsPaused)
            Now = time.GetUtcNow();
    }

    /// <summary>Says something for a while; an empty text ends it.</summary>
    public void Say(string notice) => (Notice, _noticeEnds) = (notice, time.GetUtcNow() + NoticeTime);

    /// <summary>Chooses the stream so many places further down.</summary>
    public void Select(int further)
    {
        if (_streams.IsEmpty)
            return;
        _chosen = _streams[Math.Clamp(Selected + further, 0, _streams.Length - 1)].Stats.Stream;
        ScrolledBack = 0;
    }

    /// <summary>Scrolls so many events further back.</summary>
    public void Scroll(int further) => ScrolledBack = Math.Clamp(ScrolledBack + further, 0, Math.Max(0, (Events?.Length ?? 0) - 1));

    /// <summary>Pauses the view, or resumes it.</summary>
    public void Pause()
    {
        IsPaused = !IsPaused;
        Tick();
    }

    /// <summary>Shows other events.</summary>
    /// <param name="pattern">Their types; empty is all.</param>
    public void FilterBy(string pattern)
    {
        Filter = pattern.Length == 0 ? Everything : EventPattern.Parse(pattern);
        ScrolledBack = 0;
    }

    private WatchedStream Update(WatchedStream? known, StreamStats stats)
    {
        var stream = known ?? new WatchedStream(time) { Stats = stats };
        stream.Take(stats);
        return stream;
    }
}

/// <summary>The source does not answer.</summary>
/// <param name="Reason">Why, in words for an operator.</param>
/// <param name="RetryAt">When it is asked again.</param>
internal sealed record Outage(string Reason, DateTimeOffset RetryAt);
