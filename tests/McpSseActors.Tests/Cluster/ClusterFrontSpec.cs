using Akka.Configuration;
using Akka.TestKit.Xunit2;
using McpSseActors.Cluster.Front;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>Nodes tell each other what they know of streams.</summary>
public sealed class ClusterFrontSpec : TestKit
{
    private readonly IActorRef _front;

    public ClusterFrontSpec()
        : base(ConfigurationFactory.ParseString("""
            akka.actor.provider = cluster
            akka.actor.serialize-messages = off
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            """).WithFallback(TestSystem.Config))
    {
        _front = Sys.ActorOf(ClusterFront.Props(new FrontSetup("a:1", null, TestActor, ActorRefs.Nobody)));
    }

    [Fact]
    public async Task Should_send_a_request_to_its_stream()
    {
        _front.Tell(new StartStream("s"), CreateTestProbe());

        var sent = await ExpectMsgAsync<ToStream>();
        (sent.Stream, sent.Message).ShouldBe(("s", new StartStream("s")));
    }

    [Fact]
    public async Task Should_refuse_a_request_when_the_name_of_its_stream_is_empty() =>
        (await Should.ThrowAsync<StreamNotFoundException>(_front.Ask<StreamStats>(new GetStats(""), Support.Within.Limit))).Message.ShouldStartWith("Unknown stream ''");

    [Fact]
    public async Task Should_follow_a_node_at_once_when_that_begins_to_follow()
    {
        await IsReadyAsync();

        _front.Tell(new FollowStates(IsAnew: true), TestActor);
        _front.Tell(new FollowStates(IsAnew: true), TestActor);
        await IsReadyAsync();

        await ExpectMsgAsync<FollowStates>();
        HasMessages.ShouldBeFalse("two that have no streams would follow each other for ever");
    }

    [Fact]
    public async Task Should_tell_again_what_runs_here_when_a_message_may_have_been_lost()
    {
        var here = new NodeState("a:1", new StreamStateChanged("s", ConnectionState.Connecting, ConnectionState.Connected, "", 0, null, default), IsHere: true);
        _front.Tell(here);
        _front.Tell(new FollowStates(IsAnew: true), TestActor);
        await FishForMessageAsync<NodeState>(_ => true);

        _front.Tell(new FollowStates(IsAnew: false), TestActor);
        _front.Tell(new FollowStates(IsAnew: false) { IsRefresh = true }, TestActor);
        await IsReadyAsync();

        (await ExpectMsgAsync<NodeState>()).ShouldBe(here);
        HasMessages.ShouldBeFalse();
    }

    private Task<StreamList> IsReadyAsync() => _front.Ask<StreamList>(new GetStreams(), Support.Within.Limit);
}
