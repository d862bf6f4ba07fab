using McpSseActors.Actors.Positions;

namespace McpSseActors.Tests.Actors.Positions;

/// <summary>The store rests after a save, and not for so long that many events would be repeated.</summary>
[Trait("Category", "Durability")]
public sealed class SaveRestSpec
{
    [Theory]
    [InlineData(0, 40)]
    [InlineData(2, 40)]
    [InlineData(25, 50)]
    [InlineData(30, 60)]
    [InlineData(45, 55)]
    [InlineData(60, 40)]
    [InlineData(90, 40)]
    [InlineData(500, 40)]
    public void Should_rest_twice_as_long_as_a_save_took_when_both_take_less_than_100_ms(int save, int rest) =>
        SaveRest.After(TimeSpan.FromMilliseconds(save)).ShouldBe(TimeSpan.FromMilliseconds(rest));
}
