using Akka.Cluster;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Front;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>Requests reach the shards once the cluster has formed, also while shards move. The region is a probe.</summary>
public sealed class StreamRegionSpec : TestKit
{
    private const string Reason = "Avoiding reordering of buffered messages at shard handoff";

    private readonly TestProbe _region;
    private readonly TestProbe _keeper;
    private readonly IActorRef _way;
    private int _failures;
    private int _starts;

    public StreamRegionSpec()
        : base(ConfigurationFactory.ParseString("""
            akka.actor.provider = cluster
            akka.actor.serialize-messages = off
            akka.cluster { gossip-interval = 50ms, leader-actions-interval = 50ms }
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            """).WithFallback(TestSystem.Config))
    {
        _region = CreateTestProbe();
        _keeper = CreateTestProbe();
        _way = Sys.ActorOf(StreamRegion.Props(StartAsync, _keeper));
    }

    [Fact]
    public async Task Should_start_the_region_when_the_cluster_has_formed()
    {
        _way.Tell(new ToStream("early", new GetStats("early")) { Until = TimeSpan.Zero }, TestActor);
        (await ExpectMsgAsync<Status.Failure>()).Cause.ShouldBeOfType<AskTimeoutException>().Message.ShouldBe("This node has not joined the cluster yet, so it cannot reach stream 'early': ask again.");
        _starts.ShouldBe(0);
        _way.Tell(new ToStream("s", new GetStats("s")) { Until = TimeSpan.MaxValue }, TestActor);

        Join();

        (await _keeper.ExpectMsgAsync<RegionStarted>()).Region.ShouldBe(_region.Ref);
        (await _region.ExpectMsgAsync<ToStream>()).Stream.ShouldBe("s");
        _region.LastSender.ShouldBe(TestActor);
        _starts.ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_start_the_region_before_all_nodes_have_seen_that_this_one_is_up()
    {
        var (self, other) = (Akka.Cluster.Cluster.Get(Sys).SelfUniqueAddress, FormationSpec.Node(2));
        (UniqueAddress, MemberStatus)[] members = [(self, MemberStatus.Up), (other, MemberStatus.Joining)];

        _way.Tell(FormationSpec.State(members, seen: [self]));
        _way.Tell(new ToStream("s", new GetStats("s")) { Until = TimeSpan.Zero }, TestActor);
        (await ExpectMsgAsync<Status.Failure>()).Cause.Message.ShouldBe("The nodes of the cluster do not agree on its members yet, so this one cannot reach stream 's': ask again.");
        _starts.ShouldBe(0);

        _way.Tell(FormationSpec.State(members, seen: [self, other]));
        await _keeper.ExpectMsgAsync<RegionStarted>();
        _starts.ShouldBe(1);
    }

    [Fact]
    public async Task Should_say_so_when_the_node_does_not_join() =>
        await EventFilter.Warning(start: "This node has not joined the cluster after 30 s").ExpectOneAsync(() =>
        {
            _way.Tell(new StreamRegion.JoinDue());
            return Task.CompletedTask;
        });

    [Fact]
    public async Task Should_start_the_region_again_when_it_has_not_started()
    {
        _failures = 1;

        Join();

        await _keeper.ExpectMsgAsync<RegionStarted>();
        _starts.ShouldBe(2);
    }

    [Fact]
    public async Task Should_send_a_request_again_when_it_was_dropped_because_its_shard_moves()
    {
        await FormAsync();
        _way.Tell(new ToStream("s", new StartStream("s")), TestActor);
        var sent = await _region.ExpectMsgAsync<ToStream>();

        Sys.DeadLetters.Tell(new Dropped(sent, Reason, TestActor, ActorRefs.NoSender));

        (await _region.ExpectMsgAsync<ToStream>()).ShouldBe(sent);
        _region.LastSender.ShouldBe(TestActor);
    }

    [Fact]
    public async Task Should_send_the_request_of_another_node_again_until_it_is_overdue()
    {
        await FormAsync();
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
        await FormAsync();

        Sys.DeadLetters.Tell(new Dropped(new ToStream("s", new GetStats("s")), "Buffer for [s] is full", TestActor, ActorRefs.NoSender));
        Sys.DeadLetters.Tell(new Dropped(new ToStream("s", new KeepOpen()), Reason, TestActor, ActorRefs.NoSender));
        Sys.DeadLetters.Tell(new Dropped(new ToStream("t", new GetStats("t")), Reason, TestActor, ActorRefs.NoSender));

        (await _region.ExpectMsgAsync<ToStream>()).Stream.ShouldBe("t");
    }

    [Fact]
    public async Task Should_send_again_what_a_stream_that_stopped_has_left()
    {
        await FormAsync();
        var entity = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(_region.Ref.Path / "7" / Uri.EscapeDataString("a b"));

        Sys.EventStream.Publish(new DeadLetter(new StartStream("a b"), TestActor, entity));

        var again = await _region.ExpectMsgAsync<ToStream>();
        (again.Stream, again.Message).ShouldBe(("a b", new StartStream("a b")));
        _region.LastSender.ShouldBe(TestActor);
    }

    private Task<IActorRef> StartAsync() =>
        ++_starts <= _failures ? Task.FromException<IActorRef>(new TimeoutException("busy")) : Task.FromResult<IActorRef>(_region.Ref);

    private void Join()
    {
        var cluster = Akka.Cluster.Cluster.Get(Sys);
        cluster.Join(cluster.SelfAddress);
    }

    private async Task FormAsync()
    {
        Join();
        await _keeper.ExpectMsgAsync<RegionStarted>();
    }
}
