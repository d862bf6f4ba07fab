using System.Globalization;
using McpSseActors.Actors.Positions;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Positions;

/// <summary>The positions of one stream on their way to the store.</summary>
[Trait("Category", "Durability")]
public sealed class NewestPositionSpec
{
    private readonly NewestPosition _newest = new();

    [Fact]
    public void Should_give_the_store_one_at_a_time_and_then_the_newest()
    {
        Offer(1, at: 0).ShouldBe("1");
        Offer(2, at: 0).ShouldBeNull();
        Offer(3, at: 0).ShouldBeNull();

        Id(_newest.Answered(TimeSpan.Zero)).ShouldBe("3");
        Offer(4, at: 0).ShouldBeNull();
        Id(_newest.Answered(TimeSpan.Zero)).ShouldBe("4");
        _newest.Answered(TimeSpan.Zero).ShouldBeNull();
        Offer(5, at: 0).ShouldBe("5");
    }

    [Fact]
    public void Should_give_what_waits_when_the_stream_ends()
    {
        Offer(1, at: 0);
        Offer(2, at: 0);

        Id(_newest.Take()).ShouldBe("2");
        _newest.Take().ShouldBeNull();
    }

    [Fact]
    public void Should_go_on_when_the_store_never_answers()
    {
        Offer(1, at: 0);
        Offer(2, at: 29).ShouldBeNull();

        Offer(3, at: 30).ShouldBe("3");
        _newest.Take().ShouldBeNull("an older one must not follow");
    }

    private string? Offer(int n, double at) => Id(_newest.Offer(
        new PositionHandled(new StreamPosition(n.ToString(CultureInfo.InvariantCulture)), Ahead: 0, n), TimeSpan.FromSeconds(at)));

    private static string? Id(PositionHandled? handled) => handled?.Position.LastEventId;
}
