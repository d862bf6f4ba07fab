using McpSseActors.Events;

namespace McpSseActors.Tests.Events;

public sealed class LatestSpec
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Should_hold_the_last_items_in_their_order(int capacity)
    {
        var latest = new Latest<int>(capacity);
        var expected = new Queue<int>();
        for (var item = 0; item < 500; item++)
        {
            latest.Add(item);
            expected.Enqueue(item);
            if (expected.Count > capacity)
                expected.Dequeue();

            latest.ShouldBe(expected);
        }

        (latest.Contains(499), latest.Contains(499 - capacity)).ShouldBe((true, false));
        latest.Clear();
        latest.Contains(499).ShouldBeFalse();
        latest.Add(7);
        latest.ShouldBe([7]);
    }
}
