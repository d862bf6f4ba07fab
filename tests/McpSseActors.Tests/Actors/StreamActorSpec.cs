using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Streams;
using McpSseActors.Connections;
using McpSseActors.Mcp;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors;

/// <summary>One stream, at rest: the owner of its state and of its end.</summary>
public sealed class StreamActorSpec(ITestOutputHelper output) : TestKit(TestSystem.Config, output: output)
{
    private static readonly Uri Url = new("http://127.0.0.1:1/");

    [Fact]
    public async Task Should_stay_failed_when_the_connection_reports_a_state_late()
    {
        var stream = Start();
        Sys.EventStream.Subscribe(TestActor, typeof(StreamStateChanged));

        Sys.ActorSelection(stream.Path / "parser").Tell(PoisonPill.Instance);
        await FailedAsync();
        stream.Tell(new ReportState(ConnectionState.BackingOff, "late", Url, 1, TimeSpan.FromSeconds(1)));

        stream.Tell(new GetState("s"), TestActor);
        (await ExpectMsgAsync<StreamStateChanged>()).NewState.ShouldBe(ConnectionState.Failed);
    }

    [Fact]
    public async Task Should_drain_and_stop_itself_when_it_is_told_to_end()
    {
        var stream = Start();
        await WatchAsync(stream);

        stream.Tell(EndStream.Removed, TestActor);

        (await ExpectMsgAsync<StreamDrained>()).Unhandled.ShouldBe(0);
        await ExpectTerminatedAsync(stream);
    }

    [Fact]
    public async Task Should_end_nevertheless_when_its_actors_have_stopped_for_good()
    {
        var stream = Start();
        await WatchAsync(stream);
        Sys.EventStream.Subscribe(TestActor, typeof(StreamStateChanged));
        Sys.ActorSelection(stream.Path / "router").Tell(PoisonPill.Instance);
        await FailedAsync();

        stream.Tell(EndStream.HostStops, TestActor);

        await ExpectMsgAsync<StreamDrained>();
        await ExpectTerminatedAsync(stream);
    }

    [Fact]
    public async Task Should_answer_the_commands_that_wait_for_its_position_when_it_is_stopped()
    {
        var stream = Start(new PositionSettings(CreateTestProbe(), StoreFailure.Continue));
        var asked = stream.Ask<CommandAccepted>(new StartStream("s"), Support.Within.Limit);

        stream.Tell(PoisonPill.Instance);

        (await Should.ThrowAsync<InvalidOperationException>(asked)).Message.ShouldStartWith("The stream is ending");
    }

    // The state of the start may be reported before it.
    private async Task FailedAsync() =>
        await FishForMessageAsync(message => message is StreamStateChanged { NewState: ConnectionState.Failed }, Support.Within.Limit);

    private IActorRef Start(PositionSettings? positions = null)
    {
        var options = new StreamOptions { Name = "s", ServerUrl = Url.ToString(), ShutdownTimeout = TimeSpan.FromMinutes(5) };
        var shared = new SharedByStreams(new ReconnectLimiter(100), new McpEras(), positions ?? PositionSettings.None, ActorRefs.Nobody,
            new StoredStreams(null, same => same));
        var stream = Sys.ActorOf(StreamActor.Props(options, new PipelineSettings(), isEnabledByStart: false, [], [], shared), "s");
        stream.Tell(new GetState("s"), TestActor);
        ExpectMsg<StreamStateChanged>();
        return stream;
    }
}
