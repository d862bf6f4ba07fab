using System.Collections.Immutable;
using McpSseActors.Hosting;

namespace McpSseActors.Dashboard.Live;

/// <summary>The streams that pages show in detail: all pages of a stream share what is asked of it. Safe from any thread.</summary>
internal sealed class OpenStreams(IMcpSseClient client, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (OpenStream Stream, int Pages)> _streams = new(StringComparer.Ordinal);

    /// <summary>A page shows a stream, until it <see cref="Close"/>s it.</summary>
    public OpenStream Open(string stream)
    {
        lock (_gate)
        {
            var (open, pages) = _streams.GetValueOrDefault(stream);
            open ??= new OpenStream(client, time, stream);
            _streams[stream] = (open, pages + 1);
            return open;
        }
    }

    public void Close(OpenStream stream)
    {
        lock (_gate)
        {
            var (open, pages) = _streams[stream.Name];
            if (pages == 1)
                _streams.Remove(stream.Name);
            else
                _streams[stream.Name] = (open, pages - 1);
        }
    }
}

/// <summary>One of them: its handlers are asked for once a second at most, and its new events four times.</summary>
internal sealed class OpenStream(IMcpSseClient client, TimeProvider time, string name)
{
    private const int MostEvents = 1000;
    private const long MostBytes = 4 * 1024 * 1024;

    // A page tells what it knows, rather than wait for a stream that is busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Fresh<ImmutableArray<HandlerInfo>> _handlers = new(time, TimeSpan.FromMilliseconds(900));
    private readonly Fresh<RecentWindow> _events = new(time, TimeSpan.FromMilliseconds(200));
    private RecentWindow _window = RecentWindow.Empty;

    public string Name => name;

    public Task<ImmutableArray<HandlerInfo>> HandlersAsync() => _handlers.GetAsync(() => client.GetHandlersAsync(name)).WaitAsync(Patience, time);

    /// <summary>The newest events, of all types.</summary>
    public Task<RecentWindow> EventsAsync() => _events.GetAsync(async () =>
    {
        var later = await client.GetEventsAfterAsync(_window.Newest, EventPattern.All, MostEvents, name).ConfigureAwait(false);
        return _window = _window.With(later, MostEvents, MostBytes);
    }).WaitAsync(Patience, time);
}

/// <summary>The newest events of a stream, oldest first.</summary>
/// <param name="Events">The events with their numbers.</param>
/// <param name="Newest">The number of the newest.</param>
internal sealed record RecentWindow(ImmutableArray<(long Sequence, McpEvent Event)> Events, long Newest)
{
    public static readonly RecentWindow Empty = new([], 0);

    /// <summary>Adds later events, and drops the oldest beyond the bounds.</summary>
    public RecentWindow With(RecentEvents later, int mostEvents, long mostBytes)
    {
        // A stream that was removed and added again counts from the beginning.
        var known = later.NewestSequence < Newest ? Empty : this;
        if (later.Events.IsEmpty)
            return known with { Newest = later.NewestSequence };
        ImmutableArray<(long Sequence, McpEvent Event)> all = [.. known.Events, .. later.Sequences.Zip(later.Events)];
        var first = all.Length;
        for (var bytes = 0L; first > 0 && all.Length - first < mostEvents && bytes <= mostBytes; first--)
            bytes += all[first - 1].Event.Utf8Data.Length;
        return new RecentWindow(all[first..], later.NewestSequence);
    }
}
