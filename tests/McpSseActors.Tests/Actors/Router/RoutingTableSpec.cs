using McpSseActors.Actors.Router;
using McpSseActors.Events;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>The handlers of a stream, and where each type goes.</summary>
public sealed class RoutingTableSpec
{
    private readonly RoutingTable _table = new([], maxTypes: 100);

    [Fact]
    public void Should_change_the_routes_that_it_knows_when_handlers_come_and_go()
    {
        var (exact, all) = (Slot("exact", "a"), Slot("all", "*"));
        _table.Add(exact);
        NamesOf("a").ShouldBe(["exact"]);

        _table.Add(all);
        NamesOf("a").ShouldBe(["exact", "all"]);
        NamesOf("b").ShouldBe(["all"]);

        _table.Remove(exact);
        NamesOf("a").ShouldBe(["all"]);
        _table.Find("exact").ShouldBeNull();
        _table.Slots.ShouldBe([all]);
    }

    [Fact]
    public void Should_let_only_subscribed_types_through()
    {
        _table.Subscribe(["a"]);

        RouteOf("a").IsSubscribed.ShouldBeTrue();
        RouteOf("b").IsSubscribed.ShouldBeFalse();
    }

    private string[] NamesOf(string type) => [.. RouteOf(type).Slots.ToArray().Select(slot => slot.Name)];

    private Route RouteOf(string type) => _table.Find(EventBuffer.Of(new McpEvent("s", type, "x"u8.ToArray(), DateTimeOffset.UnixEpoch)), 0);

    private static HandlerSlot Slot(string name, string pattern) =>
        new(HandlerRegistration.ForProps(pattern, Props.Empty) with { Name = name }, ActorRefs.Nobody, queue: null, failures: null);
}
