using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Cluster.Front;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>Requests reach the shards, also while these move. The region is a probe.</summary>
public sealed class ClusterFrontSpec : TestKit
{
    private const string Reason = "Avoiding reordering of buffered messages at shard handoff";

    private readonly TestProbe _region;
    private readonly IActorRef _front;

    public ClusterFrontSpec()
        : base(ConfigurationFactory.ParseString("""
            akka.actor.provider = cluster
            akka.actor.serialize-messages = off
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            """).WithFallback(TestSystem.Config))
    {
        _region = CreateTestProbe();
        _front = Sys.ActorOf(ClusterFront.Props(new FrontSetup("a:1", null, _region, ActorRefs.Nobody)));
    }

    [Fact]
    public async Task Should_refuse_a_request_when_the_name_of_its_stream_is_empty() =>
        (await Should.ThrowAsync<StreamNotFoundException>(_front.Ask<StreamStats>(new GetStats(""), Support.Within.Limit))).Message.ShouldStartWith("Unknown stream ''");

    [Fact]
    public async Task Should_send_a_request_again_when_it_was_dropped_because_its_shard_moves()
    {
        _front.Tell(new StartStream("s"), TestActor);
        var sent = await _region.ExpectMsgAsync<ToStream>();

        Sys.DeadLetters.Tell(new Dropped(sent, Reason, TestActor, ActorRefs.NoSender));

        (await _region.ExpectMsgAsync<ToStream>()).ShouldBe(sent);
        _region.LastSender.ShouldBe(TestActor);
    }

    [Fact]
    public async Task Should_send_the_request_of_another_node_again_until_it_is_overdue()
    {
        await IsReadyAsync();
        var sent = new ToStream("s", new GetStats("s"));

        Sys.DeadLetters.Tell(new Dropped(sent, Reason, TestActor, ActorRefs.NoSender));
        var again = await _region.ExpectMsgAsync<ToStream>();
        Sys.DeadLetters.Tell(new Dropped(again with { Until = TimeSpan.Zero }, Reason, TestActor, ActorRefs.NoSender));

        again.Until.ShouldNotBeNull();
        (await ExpectMsgAsync<Status.Failure>()).Cause.ShouldBeOfType<AskTimeoutException>().Message.ShouldBe("Stream 's' is on its way to another node: ask again.");
    }

    [Fact]
    public async Task Should_not_send_again_what_was_dropped_for_another_reason()
    {
        await IsReadyAsync();

        Sys.DeadLetters.Tell(new Dropped(new ToStream("s", new GetStats("s")), "Buffer for [s] is full", TestActor, ActorRefs.NoSender));
        Sys.DeadLetters.Tell(new Dropped(new ToStream("s", new KeepOpen()), Reason, TestActor, ActorRefs.NoSender));
        Sys.DeadLetters.Tell(new Dropped(new ToStream("t", new GetStats("t")), Reason, TestActor, ActorRefs.NoSender));

        (await _region.ExpectMsgAsync<ToStream>()).Stream.ShouldBe("t");
    }

    [Fact]
    public async Task Should_send_again_what_a_stream_that_stopped_has_left()
    {
        await IsReadyAsync();
        var entity = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(_region.Ref.Path / "7" / Uri.EscapeDataString("a b"));

        Sys.EventStream.Publish(new DeadLetter(new StartStream("a b"), TestActor, entity));

        var again = await _region.ExpectMsgAsync<ToStream>();
        (again.Stream, again.Message).ShouldBe(("a b", new StartStream("a b")));
        _region.LastSender.ShouldBe(TestActor);
    }

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
