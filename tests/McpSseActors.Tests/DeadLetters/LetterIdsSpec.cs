using McpSseActors.DeadLetters;

namespace McpSseActors.Tests.DeadLetters;

/// <summary>IDs sort by time.</summary>
[Trait("Category", "Durability")]
public sealed class LetterIdsSpec
{
    [Fact]
    public void Should_sort_in_the_order_of_their_making_whatever_the_clock_says()
    {
        var ids = Enumerable.Range(0, 10_000).Select(n => LetterIds.Next(Letters.Now.AddMilliseconds(-n % 3))).ToArray();

        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
        ids.ShouldAllBe(id => Guid.Parse(id).Version == 7);
    }
}
