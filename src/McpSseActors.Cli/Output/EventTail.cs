using System.Globalization;

namespace McpSseActors.Cli.Output;

/// <summary>
/// Prints the selected events until there are enough of them. State changes and statistics go to standard output with the events, or to standard error
/// if the events are for a program.
/// </summary>
internal sealed class EventTail : IDisposable
{
    private readonly TailSettings _settings;
    private readonly CliEnvironment _environment;
    private readonly OutputFile? _file;
    private readonly Action<McpEvent> _print;
    private readonly IReporter _others;
    private readonly McpSseOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TailPosition> _positions = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer? _timer;
    private int _printed;
    private int _streamWidth;

    /// <summary>Opens what is printed to.</summary>
    /// <exception cref="CliException">The file cannot be opened.</exception>
    /// <param name="settings">What is printed.</param>
    /// <param name="options">The streams as they begin.</param>
    /// <param name="context">The command.</param>
    public EventTail(TailSettings settings, McpSseOptions options, CommandContext context)
    {
        _options = options;
        // The only stream needs no name.
        if (options.Streams.Where(stream => stream.Enabled).Select(stream => stream.EffectiveName.Length).ToArray() is [_, _, ..] names)
            _streamWidth = names.Max();
        _settings = settings;
        _environment = context.Environment;
        if (settings.Output is { } path)
            _file = OutputFile.Open(path, settings.Existing, _environment, End);
        var target = _file ?? _environment.Out;
        var isTerminal = _file is null && _environment.OutIsTerminal;
        var events = Reporters.For(_environment with { OutIsTerminal = isTerminal }, target, settings.Format is EventFormat.Json);
        _print = settings.Format is EventFormat.Raw
            ? received => target.WriteLine(isTerminal ? Lines.Visible(received.Text) : received.Text)
            : received => events.Event(received, streamWidth: _streamWidth);
        _others = settings switch
        {
            { Format: EventFormat.Pretty, Output: not null } => context.Reporter,
            { Format: EventFormat.Pretty } or { All: true } => events,
            _ => Reporters.For(_environment with { OutIsTerminal = _environment.ErrorIsTerminal }, _environment.Error, json: false),
        };
        if (settings.Duration is { } duration)
            _timer = _environment.Time.CreateTimer(_ => End(), null, duration, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when there are events enough, the time is up, or nothing more can be written.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether all events that were asked for are printed; null if no number was.</summary>
    public bool? HasAll => _settings.Count is { } count ? _printed >= count : null;

    /// <summary>Prints an event that passes the filter. Blocks while the output is not read, which slows the server down.</summary>
    public void Event(McpEvent received)
    {
        var isWanted = _settings.IsWanted(received);
        lock (_gate)
        {
            var position = PositionOf(received.Stream);
            if (_ended.Task.IsCompleted)
            {
                position.Leave(received);
                return;
            }

            position.Pass(received);
            if (!isWanted)
                return;
            _print(received);
            if (++_printed == _settings.Count)
                End();
        }
    }

    /// <summary>Tells of a state change.</summary>
    public void State(StreamStateChanged change) => Tell(others => others.State(change));

    /// <summary>Tells a stream's statistics, as they were when the last event was printed.</summary>
    public void Stats(StreamStats stats)
    {
        lock (_gate)
            stats = PositionOf(stats.Stream).Cut(stats);
        Tell(others => others.Stats(stats));
    }

    /// <summary>Reports that a server of this process listens.</summary>
    public void Listening(Uri url) => Tell(others => others.Listening(url));

    /// <summary>A remark.</summary>
    public void Note(string text) => Tell(others => others.Note(text));

    /// <summary>Shows on a terminal how many events were printed.</summary>
    public ProgressLine ShowProgress() => new(_others, _environment.Time, () => Volatile.Read(ref _printed));

    /// <summary>Writes what is still gathered.</summary>
    /// <param name="isByUser">Whether the user has ended it: then everything is enough.</param>
    /// <exception cref="CliException">The file could not be written, or there were too few events.</exception>
    public void Finish(bool isByUser)
    {
        _file?.Dispose();
        _file?.ThrowIfBroken();
        if (HasAll is false && !isByUser)
            throw new CliException(ExitCodes.Failed, string.Create(CultureInfo.InvariantCulture, $"only {_printed} of {_settings.Count} events arrived."));
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _file?.Dispose();
    }

    private void End() => _ended.TrySetResult();

    private TailPosition PositionOf(string stream)
    {
        if (!_positions.TryGetValue(stream, out var position))
        {
            _positions[stream] = position = new TailPosition(_options.Streams.FirstOrDefault(each => each.EffectiveName == stream)?.InitialLastEventId);
            // A reloaded file may bring others.
            if (_positions.Count > 1)
                _streamWidth = _positions.Keys.Max(name => Math.Max(name.Length, _streamWidth));
        }

        return position;
    }

    // A reader that has closed the pipe gets nothing more.
    private void Tell(Action<IReporter> what)
    {
        if (!_environment.IsOutBroken)
            what(_others);
    }
}
