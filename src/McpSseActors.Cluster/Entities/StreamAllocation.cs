using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace McpSseActors.Cluster.Entities;

/// <summary>
/// Says which shard belongs where. A node that leaves gives away a few shards at a time, and gets no new ones: the coordinator stores each step of
/// each move before the next, so the streams of a node that gave all away at once would wait for the moves of all. A node that has just joined gets
/// none while others can take them: its code is still being compiled, and the streams would wait for that.
/// </summary>
/// <param name="usual">Decides on all else.</param>
/// <param name="self">The address of this node.</param>
/// <param name="clock">Measures how long nodes have been there.</param>
internal sealed class StreamAllocation(IShardAllocationStrategy usual, Address self, TimeProvider clock) : IActorSystemDependentAllocationStrategy
{
    private const int FewestAtATime = 2;

    // Of 30 shards, two at a time.
    private const int PartAtATime = 15;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Address, bool> _leaving = new();
    private Dictionary<IActorRef, long> _seenSince = [];

    /// <summary>A node is about to leave.</summary>
    public void Leave(Address node) => _leaving[node] = true;

    /// <summary>A node has left.</summary>
    public void Forget(Address node) => _leaving.TryRemove(node, out _);

    public bool IsLeaving(Address node) => _leaving.ContainsKey(node);

    public void Start(ActorSystem system) => (usual as IActorSystemDependentAllocationStrategy)?.Start(system);

    public Task<IActorRef> AllocateShard(IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        Note(currentShardAllocations);
        var staying = Staying(currentShardAllocations);
        return usual.AllocateShard(requester, shardId, staying.IsEmpty ? currentShardAllocations : Warmed(staying));
    }

    public Task<IImmutableSet<string>> Rebalance(
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress)
    {
        Note(currentShardAllocations);
        var staying = Staying(currentShardAllocations);
        if (staying.IsEmpty || staying.Count == currentShardAllocations.Count)
            return usual.Rebalance(Warmed(currentShardAllocations), rebalanceInProgress);
        var most = Math.Max(FewestAtATime, currentShardAllocations.Values.Sum(shards => shards.Count) / PartAtATime);
        var next = currentShardAllocations.Where(each => !staying.ContainsKey(each.Key)).SelectMany(each => each.Value)
            .Except(rebalanceInProgress).Take(most - rebalanceInProgress.Count);
        return Task.FromResult<IImmutableSet<string>>([.. next]);
    }

    // If nodes have shards when the coordinator begins, it has moved here, and they joined earlier.
    private void Note(IImmutableDictionary<IActorRef, IImmutableList<string>> all)
    {
        var now = clock.GetTimestamp();
        var warmed = now - (long)(WarmUp.TotalSeconds * clock.TimestampFrequency);
        var isFirst = _seenSince.Count == 0;
        _seenSince = all.ToDictionary(each => each.Key, each => _seenSince.GetValueOrDefault(each.Key, isFirst && each.Value.Count > 0 ? warmed : now));
    }

    private IImmutableDictionary<IActorRef, IImmutableList<string>> Warmed(IImmutableDictionary<IActorRef, IImmutableList<string>> all)
    {
        var warmed = all.Where(each => _seenSince.TryGetValue(each.Key, out var since) && clock.GetElapsedTime(since) >= WarmUp).ToImmutableDictionary();
        return warmed.IsEmpty ? all : warmed;
    }

    private ImmutableDictionary<IActorRef, IImmutableList<string>> Staying(IImmutableDictionary<IActorRef, IImmutableList<string>> all) =>
        all.Where(each => !IsLeaving(each.Key.Path.Address.HasLocalScope ? self : each.Key.Path.Address)).ToImmutableDictionary();
}
