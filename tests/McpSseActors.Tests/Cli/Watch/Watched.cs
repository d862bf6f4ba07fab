using McpSseActors.Cli.Watch.Model;
using McpSseActors.Cli.Watch.Sources;
using McpSseActors.Cli.Watch.View;

namespace McpSseActors.Tests.Cli.Watch;

/// <summary>A model with made-up streams, as a view would have read them, and the screen that it makes.</summary>
internal sealed class Watched
{
    private static readonly EventPattern All = EventPattern.Parse("*");

    public Watched(string? noRestart = null) => Model = new WatchModel(new NamedSource(noRestart), Time);

    public ManualTime Time { get; } = new();

    public WatchModel Model { get; }

    public StreamStats Stats(string stream, ConnectionState state = ConnectionState.Connected) => new()
    {
        Stream = stream,
        State = state,
        StateReason = "the server accepted",
        StateSince = Time.GetUtcNow().AddSeconds(-65),
        ServerUrl = "http://127.0.0.1:8080/events",
    };

    public WatchedEvent Event(string type, string data = "text=hello") => new(Time.GetUtcNow(), type, "7", data);

    public Watched Take(params StreamStats[] streams) => Take(streams, []);

    public Watched Take(StreamStats[] streams, WatchedEvent[] events)
    {
        var of = Model.Query.StreamAmong([.. streams]);
        Model.Take(new Reading([.. streams], of, Model.Filter, [.. events.Where(each => Model.Filter.Matches(each.Type))]));
        return this;
    }

    public WatchAction Press(char letter) => WatchKeys.Press(new ConsoleKeyInfo(letter, ConsoleKey.None, false, false, false), Model, page: 5);

    public WatchAction Press(ConsoleKey key) => WatchKeys.Press(new ConsoleKeyInfo('\0', key, false, false, false), Model, page: 5);

    public void Type(string text)
    {
        foreach (var letter in text)
            Press(letter);
    }

    public ImmutableArray<string> Screen(int width = 80, int height = 24) => [.. WatchFrame.Of(Model, hasKeys: true, width, height).Select(row => row.ToString())];

    private sealed class NamedSource(string? noRestart) : IWatchSource
    {
        public string Name => "mcp-sse.toml";

        public TimeSpan Period => TimeSpan.FromSeconds(1);

        public string? NoRestart => noRestart;

        public Task<Reading> ReadAsync(EventQuery query, CancellationToken cancellation) => Task.FromResult(new Reading([], null, All, []));

        public Task RestartAsync(string stream, CancellationToken cancellation) => Task.CompletedTask;
    }
}
