using Akka.Configuration;
using McpSseActors.Actors;
using McpSseActors.Actors.Stats;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Another actor system over Akka.Remote, or another actor of the host, tells the actors of a stream what only their own pipeline may.</summary>
public sealed class ForgedMessageSpec : IAsyncDisposable
{
    private const string Remoting = """
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
        akka.remote.log-remote-lifecycle-events = off
        akka.loglevel = ERROR
        akka.loggers = []
        """;

    private static readonly string[] Actors = ["", "/s", "/s/connection", "/s/parser", "/s/router", "/s/stats"];

    private static readonly Uri Nowhere = new("http://nowhere/");

    private static readonly object[] Forged =
    [
        new ReportState(ConnectionState.Failed, "forged", Nowhere, 7),
        new StateReported(Change()),
        Change(),
        new EventsDropped("overflow", 1000),
        new HandlerFailed(),
        new EndStream("forged", IsRemoved: true),
        new DrainStream("forged"),
        new ShutDown(),
        PoisonPill.Instance,
        Kill.Instance,
    ];

    private readonly ActorSystem _peer = ActorSystem.Create("peer", ConfigurationFactory.ParseString(Remoting).WithFallback(PipelineSettings.Reference));
    private readonly ReceivedEvents _events = new();
    private readonly SemaphoreSlim _mayEnd = new(0);

    public async ValueTask DisposeAsync()
    {
        await _peer.Terminate();
        _mayEnd.Dispose();
    }

    [Fact]
    public async Task Should_refuse_internal_messages_and_pills_when_another_process_sends_them()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);
        await host.States.UntilAsync(ConnectionState.Connected);
        var address = ((ExtendedActorSystem)host.System).Provider.DefaultAddress;

        var actors = await Task.WhenAll(Actors.Select(actor => _peer.ActorSelection($"{address}/user/mcp-sse{actor}").ResolveOne(Within.Limit)));
        foreach (var forgedAt in actors)
        {
            foreach (var message in Forged)
            {
                forgedAt.Tell(message);
                _peer.ActorSelection(forgedAt.Path.ToString()).Tell(message);
            }
        }

        // What a peer may ask is answered, after what it sent before.
        var streams = await _peer.ActorSelection($"{address}/user/mcp-sse").ResolveOne(Within.Limit);
        ShouldBeUntouched(await streams.Ask<StreamStats>(new GetStats(), Within.Limit));
        (await streams.Ask<StreamStateChanged>(new GetState(), Within.Limit)).NewState.ShouldBe(ConnectionState.Connected);
        await ShouldGoOnAsync();
        host.States.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Should_not_believe_a_state_when_another_actor_of_the_host_sends_it()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);
        await host.States.UntilAsync(ConnectionState.Connected);

        foreach (var actor in Actors)
            host.System.ActorSelection($"/user/mcp-sse{actor}").Tell(Change());

        ShouldBeUntouched(await host.Client.GetStatsAsync());
        await ShouldGoOnAsync();
    }

    private static StreamStateChanged Change() =>
        new("s", ConnectionState.Connected, ConnectionState.Failed, "forged", 7, null, DateTimeOffset.UnixEpoch);

    private static void ShouldBeUntouched(StreamStats stats)
    {
        stats.State.ShouldBe(ConnectionState.Connected);
        stats.StateReason.ShouldNotBe("forged");
        stats.Dropped.ShouldBeEmpty();
        stats.HandlerFailures.ShouldBe(0);
    }

    // Its actors are the same ones: none was stopped or restarted.
    private async Task ShouldGoOnAsync()
    {
        _mayEnd.Release();
        (await _events.TextsAsync(2)).ShouldBe(["before", "after"]);
    }

    private ScriptedServer Server() => new(async exchange =>
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync("data: before\n\n");
        await _mayEnd.WaitAsync(exchange.Stopped);
        await exchange.WriteAsync("data: after\n\n");
        await exchange.StayAsync();
    });

    private Task<McpSseHost> StartAsync(ScriptedServer server) => McpSseHost.StartAsync(
        mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Name = "s" }).AddHandler(_events.Collect), Remoting);
}
