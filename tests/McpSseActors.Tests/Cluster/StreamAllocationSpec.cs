using Akka.Cluster.Sharding;
using Akka.TestKit.Xunit2;
using McpSseActors.Cluster.Entities;

namespace McpSseActors.Tests.Cluster;

public sealed class StreamAllocationSpec() : TestKit(TestSystem.Config)
{
    private static readonly Address Self = new("akka.tcp", "s", "a", 1);
    private static readonly Address Other = new("akka.tcp", "s", "b", 1);

    private readonly Usual _usual = new();
    private readonly ManualTime _time = new();

    private IActorRefProvider Provider => ((ExtendedActorSystem)Sys).Provider;

    [Fact]
    public async Task Should_decide_as_usual_when_no_node_leaves()
    {
        var all = Allocations((null, 10), (Other, 20));

        (await Allocation().Rebalance(all, ImmutableHashSet<string>.Empty)).ShouldBe(["usual"]);

        _usual.Asked.ShouldBe(all);
    }

    [Theory]
    [InlineData(15, 0, 2)]
    [InlineData(15, 1, 1)]
    [InlineData(15, 3, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(300, 0, 21)]
    public async Task Should_give_a_few_shards_away_at_a_time_when_a_node_leaves(int shards, int underWay, int expected)
    {
        var all = Allocations((null, 15), (Other, shards));
        var inProgress = ImmutableHashSet.CreateRange(Enumerable.Range(0, underWay).Select(shard => $"b{shard}"));

        var next = await Allocation(Other).Rebalance(all, inProgress);

        next.Count.ShouldBe(expected);
        next.ShouldAllBe(shard => shard[0] == 'b' && !inProgress.Contains(shard));
    }

    [Fact]
    public async Task Should_give_a_node_that_leaves_no_shard()
    {
        var all = Allocations((null, 1), (Other, 2));

        (await Allocation(Self).AllocateShard(TestActor, "new", all)).Path.Address.ShouldBe(Other);

        _usual.Asked.Keys.ShouldHaveSingleItem().Path.Address.ShouldBe(Other);
    }

    [Fact]
    public async Task Should_decide_as_usual_when_all_nodes_leave()
    {
        var all = Allocations((null, 1), (Other, 2));

        await Allocation(Self, Other).AllocateShard(TestActor, "new", all);
        _usual.Asked.ShouldBe(all);
        (await Allocation(Self, Other).Rebalance(all, ImmutableHashSet<string>.Empty)).ShouldBe(["usual"]);
    }

    [Fact]
    public async Task Should_use_a_node_again_when_it_has_left()
    {
        var allocation = Allocation(Other);

        allocation.Forget(Other);

        (await allocation.Rebalance(Allocations((null, 1), (Other, 2)), ImmutableHashSet<string>.Empty)).ShouldBe(["usual"]);
    }

    [Fact]
    public async Task Should_give_a_node_no_shard_when_it_has_just_joined()
    {
        var allocation = Allocation();
        await allocation.Rebalance(Allocations((Other, 2)), ImmutableHashSet<string>.Empty);
        _time.Advance(60);
        var all = Allocations((null, 0), (Other, 2));

        await allocation.Rebalance(all, ImmutableHashSet<string>.Empty);
        _usual.Asked.Keys.ShouldHaveSingleItem().Path.Address.ShouldBe(Other);
        await allocation.AllocateShard(TestActor, "new", all);
        _usual.Asked.Keys.ShouldHaveSingleItem().Path.Address.ShouldBe(Other);

        _time.Advance(4.9);
        await allocation.AllocateShard(TestActor, "new", all);
        _usual.Asked.Keys.ShouldHaveSingleItem().Path.Address.ShouldBe(Other);

        _time.Advance(0.1);
        await allocation.AllocateShard(TestActor, "new", all);
        _usual.Asked.ShouldBe(all);
        await allocation.Rebalance(all, ImmutableHashSet<string>.Empty);
        _usual.Asked.ShouldBe(all);
    }

    [Fact]
    public async Task Should_give_a_node_no_shard_when_it_has_just_joined_and_the_coordinator_has_moved()
    {
        var allocation = Allocation();
        var all = Allocations((null, 0), (Other, 2));

        await allocation.Rebalance(all, ImmutableHashSet<string>.Empty);

        _usual.Asked.Keys.ShouldHaveSingleItem().Path.Address.ShouldBe(Other);
    }

    [Fact]
    public async Task Should_give_a_node_shards_at_once_when_no_other_can_take_them()
    {
        var allocation = Allocation(Other);
        await allocation.Rebalance(Allocations((Other, 2)), ImmutableHashSet<string>.Empty);
        _time.Advance(60);
        var all = Allocations((null, 0), (Other, 2));

        (await allocation.Rebalance(all, ImmutableHashSet<string>.Empty)).Count.ShouldBe(2);

        await allocation.AllocateShard(TestActor, "new", all);
        _usual.Asked.Keys.ShouldHaveSingleItem().Path.Address.ShouldNotBe(Other);
    }

    [Fact]
    public async Task Should_decide_as_usual_when_all_nodes_have_just_joined()
    {
        var allocation = Allocation();
        var all = Allocations((null, 0), (Other, 0));

        await allocation.AllocateShard(TestActor, "new", all);
        _usual.Asked.ShouldBe(all);
        await allocation.Rebalance(all, ImmutableHashSet<string>.Empty);
        _usual.Asked.ShouldBe(all);
    }

    [Fact]
    public async Task Should_decide_as_usual_when_a_node_joins_while_the_first_one_is_new()
    {
        var allocation = Allocation();
        await allocation.AllocateShard(TestActor, "first", Allocations((null, 0)));
        var all = Allocations((null, 30), (Other, 0));

        await allocation.Rebalance(all, ImmutableHashSet<string>.Empty);

        _usual.Asked.ShouldBe(all);
    }

    private StreamAllocation Allocation(params Address[] leaving)
    {
        var allocation = new StreamAllocation(_usual, Self, _time);
        foreach (var node in leaving)
            allocation.Leave(node);
        return allocation;
    }

    // The region of this node has no host in its path.
    private ImmutableDictionary<IActorRef, IImmutableList<string>> Allocations(params (Address? Node, int Shards)[] regions) => regions.ToImmutableDictionary(
        each => (IActorRef)new EmptyLocalActorRef(Provider, new RootActorPath(each.Node ?? Provider.DefaultAddress) / "region", Sys.EventStream),
        each => (IImmutableList<string>)ImmutableList.CreateRange(Enumerable.Range(0, each.Shards).Select(shard => $"{each.Node?.Host ?? "a"}{shard}")));

    private sealed class Usual : IShardAllocationStrategy
    {
        public IImmutableDictionary<IActorRef, IImmutableList<string>> Asked { get; private set; } = ImmutableDictionary<IActorRef, IImmutableList<string>>.Empty;

        public Task<IActorRef> AllocateShard(IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
        {
            Asked = currentShardAllocations;
            return Task.FromResult(currentShardAllocations.Keys.First());
        }

        public Task<IImmutableSet<string>> Rebalance(IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress)
        {
            Asked = currentShardAllocations;
            return Task.FromResult<IImmutableSet<string>>(["usual"]);
        }
    }
}
