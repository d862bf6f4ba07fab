using McpSseActors.Actors.Router;

namespace McpSseActors.Tests.Actors.Router;

public sealed class OverflowQueueSpec
{
    [Theory]
    [InlineData(HandlerOverflow.DropOldest, "c", "d")]
    [InlineData(HandlerOverflow.DropNewest, "a", "b")]
    public void Should_drop_by_its_rule_when_there_are_too_many(HandlerOverflow rule, params string[] left)
    {
        var queue = new OverflowQueue(rule, capacity: 2, maxBytes: 1000);

        "abcd".Sum(type => queue.Add(Event(type))).ShouldBe(2);

        queue.Events.ShouldBe(2);
        queue.Take(10).Select(e => e.EventType).ShouldBe(left);
        queue.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(HandlerOverflow.DropOldest, "b", "c")]
    [InlineData(HandlerOverflow.DropNewest, "a", "b")]
    public void Should_drop_by_its_rule_when_they_are_too_long(HandlerOverflow rule, params string[] left)
    {
        var queue = new OverflowQueue(rule, capacity: 100, maxBytes: 250);

        "abc".Sum(type => queue.Add(Event(type, length: 100))).ShouldBe(1);

        queue.Take(10).Select(e => e.EventType).ShouldBe(left);
    }

    [Theory]
    [InlineData(HandlerOverflow.DropOldest)]
    [InlineData(HandlerOverflow.DropNewest)]
    public void Should_keep_one_when_it_alone_is_too_long(HandlerOverflow rule)
    {
        var queue = new OverflowQueue(rule, capacity: 100, maxBytes: 10);

        queue.Add(Event('a', length: 100)).ShouldBe(0);
        queue.Add(Event('b', length: 100)).ShouldBe(1);
        queue.Take(1).Length.ShouldBe(1);
        queue.Add(Event('c', length: 100)).ShouldBe(0);
    }

    [Fact]
    public void Should_count_no_comment_when_it_is_dropped()
    {
        var queue = new OverflowQueue(HandlerOverflow.DropOldest, capacity: 1, maxBytes: 1000);

        queue.Add(new McpEvent("s", McpEvent.CommentType, default, DateTimeOffset.UnixEpoch, isComment: true)).ShouldBe(0);
        queue.Events.ShouldBe(0);
        queue.Add(Event('a')).ShouldBe(0);
        queue.Events.ShouldBe(1);
    }

    private static McpEvent Event(char type, int length = 1) => new("s", type.ToString(), new byte[length], DateTimeOffset.UnixEpoch);
}
