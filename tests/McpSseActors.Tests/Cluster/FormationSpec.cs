using System.Runtime.CompilerServices;
using Akka.Cluster;
using Akka.Util;
using McpSseActors.Cluster.Start;
using static Akka.Cluster.ClusterEvent;

namespace McpSseActors.Tests.Cluster;

public sealed class FormationSpec
{
    private static readonly UniqueAddress Self = Node(1);

    [Fact]
    public void Should_be_over_when_all_have_seen_the_state()
    {
        Formation.IsOver(State([(1, MemberStatus.Up), (2, MemberStatus.Up), (3, MemberStatus.Leaving)], seen: [1, 2, 3])).ShouldBeTrue();
        Formation.IsOver(State([(1, MemberStatus.Up), (2, MemberStatus.Joining), (3, MemberStatus.WeaklyUp)], seen: [1, 2, 3])).ShouldBeTrue();
        Formation.IsOver(State([(1, MemberStatus.Up)], seen: [1])).ShouldBeTrue();
    }

    // It can lead as long as it knows of nobody who is up, and number the others.
    [Theory]
    [InlineData(MemberStatus.Up)]
    [InlineData(MemberStatus.Leaving)]
    [InlineData(MemberStatus.Joining)]
    [InlineData(MemberStatus.WeaklyUp)]
    public void Should_not_be_over_when_a_node_has_not_seen_it(MemberStatus status) =>
        Formation.IsOver(State([(1, MemberStatus.Up), (2, status)], seen: [1])).ShouldBeFalse();

    [Theory]
    [InlineData(MemberStatus.Exiting)]
    [InlineData(MemberStatus.Down)]
    public void Should_not_wait_for_a_node_that_goes(MemberStatus status) =>
        Formation.IsOver(State([(1, MemberStatus.Up), (2, status)], seen: [1])).ShouldBeTrue();

    [Fact]
    public void Should_wait_for_a_node_that_is_out_of_reach() =>
        Formation.IsOver(State([(1, MemberStatus.Up), (2, MemberStatus.Up)], seen: [1], unreachable: [2])).ShouldBeFalse();

    [Fact]
    public void Should_know_who_is_up()
    {
        Formation.IsUp(State([(1, MemberStatus.Up), (2, MemberStatus.Joining)], seen: []), Self).ShouldBeTrue();
        Formation.IsUp(State([(1, MemberStatus.Joining), (2, MemberStatus.Up)], seen: []), Self).ShouldBeFalse();
        Formation.IsUp(State(Array.Empty<(int, MemberStatus)>(), seen: []), Self).ShouldBeFalse();
    }

    /// <summary>A state of a cluster.</summary>
    internal static CurrentClusterState State(IEnumerable<(UniqueAddress Node, MemberStatus Status)> members, IEnumerable<UniqueAddress> seen, params UniqueAddress[] unreachable)
    {
        var all = members.Select(member => Create(null, member.Node, 1, member.Status, [], AppVersion.Zero)).ToImmutableSortedSet();
        return new CurrentClusterState(
            all, [.. all.Where(member => unreachable.Contains(member.UniqueAddress))], [.. seen.Select(node => node.Address)], null, ImmutableDictionary<string, Address>.Empty);
    }

    internal static UniqueAddress Node(int number) => new(new Address("akka.tcp", "s", $"n{number}", 1), number);

    private static CurrentClusterState State((int Node, MemberStatus Status)[] members, int[] seen, params int[] unreachable) =>
        State(members.Select(member => (Node(member.Node), member.Status)), seen.Select(Node), [.. unreachable.Select(Node)]);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod)]
    private static extern Member Create(Member? type, UniqueAddress node, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion version);
}
