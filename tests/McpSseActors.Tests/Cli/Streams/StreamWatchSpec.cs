using McpSseActors.Cli.Streams;

namespace McpSseActors.Tests.Cli.Streams;

public sealed class StreamWatchSpec
{
    private static readonly DateTimeOffset Start = new(2026, 2, 3, 10, 0, 0, TimeSpan.Zero);

    private readonly StreamWatch _watch = new(new McpSseOptions { Streams = [new StreamOptions { Name = "chat", Enabled = true }] }, _ => { });

    [Fact]
    public async Task Should_remember_the_newest_delays_alone_when_a_stream_is_lost_again_and_again()
    {
        const int Losses = 500;
        using var system = ActorSystem.Create("watch");
        var listener = system.ActorOf(_watch.Props());
        var back = _watch.ConnectedAsync(Losses);

        for (var loss = 1; loss <= Losses; loss++)
        {
            listener.Tell(Change(ConnectionState.BackingOff, Start, TimeSpan.FromSeconds(loss)));
            listener.Tell(Change(ConnectionState.Connecting, Start));
            listener.Tell(Change(ConnectionState.Connected, Start.AddSeconds(loss)));
        }

        await back.WaitAsync(Within.Limit);
        _watch.Delays.Length.ShouldBe(100);
        _watch.Delays[^1].ShouldBe(Losses);
        _watch.ConnectionTime.ShouldBe(TimeSpan.FromSeconds(1));
        _watch.ConnectedAsync(1).IsCompleted.ShouldBeTrue();
        await system.Terminate();
    }

    [Fact]
    public async Task Should_have_told_of_a_connection_when_it_ends_the_wait_for_it()
    {
        var isEarly = false;
        StreamWatch watch = null!;
        watch = new StreamWatch(new McpSseOptions(), _ => isEarly |= watch.ConnectedAsync(1).IsCompleted);
        using var system = ActorSystem.Create("watch");

        system.ActorOf(watch.Props()).Tell(Change(ConnectionState.Connected, Start));

        await Within.LimitAsync(watch.ConnectedAsync(1));
        isEarly.ShouldBeFalse();
        await system.Terminate();
    }

    private static StreamStateChanged Change(ConnectionState state, DateTimeOffset at, TimeSpan? retryIn = null) =>
        new("chat", ConnectionState.Idle, state, "", 0, retryIn, at);
}
