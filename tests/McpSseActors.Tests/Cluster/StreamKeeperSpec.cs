using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors.Streams;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>The keeper of a cluster of one node asks for each stream that does not run. The supervisor and the region are probes.</summary>
public sealed class StreamKeeperSpec : TestKit
{
    private readonly TestProbe _supervisor;
    private readonly TestProbe _region;
    private readonly IActorRef _keeper;

    public StreamKeeperSpec()
        : base(ConfigurationFactory.ParseString("""
            akka.actor.provider = cluster
            akka.actor.serialize-messages = off
            akka.cluster { gossip-interval = 50ms, leader-actions-interval = 50ms }
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            """).WithFallback(TestSystem.Config))
    {
        (_supervisor, _region) = (CreateTestProbe(), CreateTestProbe());
        _keeper = Sys.ActorOf(StreamKeeper.Props(_supervisor, null, "a:1", 30, new StreamAllocation(new NoAllocation(), new Address("akka", "s"), TimeProvider.System)));
    }

    [Fact]
    public async Task Should_ask_for_all_streams_as_soon_as_there_is_a_region()
    {
        await JoinAsync();
        for (var tick = 0; tick < 5; tick++)
            await DefineAsync("s", "t");

        _keeper.Tell(new RegionStarted(_region));
        await DefineAsync("s", "t");

        await IsAskedForAsync("s");
        await IsAskedForAsync("t");
    }

    [Fact]
    public async Task Should_ask_for_no_stream_that_runs()
    {
        await JoinAsync();
        _keeper.Tell(new RegionStarted(_region));
        await DefineAsync("s");
        await IsAskedForAsync("s");

        _keeper.Tell(new StreamKept("s", "a:1", "1"));
        await DefineAsync("s", "t");

        await IsAskedForAsync("t");
    }

    [Fact]
    public async Task Should_ask_again_for_a_stream_that_has_left_this_node()
    {
        await JoinAsync();
        _keeper.Tell(new RegionStarted(_region));
        await DefineAsync("s");
        await IsAskedForAsync("s");
        _keeper.Tell(new StreamKept("s", "a:1", "1"));

        _keeper.Tell(new StreamLeft("s"), CreateTestProbe());
        await DefineAsync("s");

        await IsAskedForAsync("s");
    }

    [Fact]
    public async Task Should_let_the_node_go_when_no_other_can_take_its_shards()
    {
        await JoinAsync();

        _keeper.Tell(new AwaitShards(), TestActor);
        await ExpectMsgAsync<ShardsMoved>();
        _keeper.Tell(new AwaitMoves(), TestActor);
        await ExpectMsgAsync<StreamsMoved>();
    }

    private async Task JoinAsync()
    {
        var cluster = Akka.Cluster.Cluster.Get(Sys);
        cluster.Join(cluster.SelfAddress);
        await AwaitAssertAsync(() => cluster.State.Members.ShouldHaveSingleItem().Status.ShouldBe(Akka.Cluster.MemberStatus.Up), Support.Within.Limit);
    }

    // The keeper asks for the definitions at each tick.
    private async Task DefineAsync(params string[] streams)
    {
        await _supervisor.ExpectMsgAsync<GetDefinitions>();
        _keeper.Tell(new StreamDefinitions(streams.ToImmutableSortedDictionary(stream => stream, _ => "1")));
    }

    private async Task IsAskedForAsync(string stream)
    {
        var asked = await _region.ExpectMsgAsync<ToStream>();
        (asked.Stream, asked.Message).ShouldBe((stream, new KeepOpen()));
    }

    private sealed class NoAllocation : Akka.Cluster.Sharding.IShardAllocationStrategy
    {
        public Task<IActorRef> AllocateShard(IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations) =>
            throw new NotSupportedException();

        public Task<IImmutableSet<string>> Rebalance(
            IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress) => throw new NotSupportedException();
    }
}
