using System.Diagnostics;

namespace McpSseActors.Tests.Events;

public sealed class EventPatternSpec
{
    [Theory]
    [InlineData("chat.message", "chat.message", true)]
    [InlineData("chat.message", "chat.messages", false)]
    [InlineData("chat.message", "Chat.message", false)]
    [InlineData("chat.*", "chat.message", true)]
    [InlineData("chat.*", "chat.", true)]
    [InlineData("chat.*", "chat", false)]
    [InlineData("chat.*", "chat.message.edited", false)]
    [InlineData("chat.**", "chat.message.edited", true)]
    [InlineData("notifications/*", "notifications/message", true)]
    [InlineData("notifications/*", "notifications/tools/list_changed", false)]
    [InlineData("notifications/**", "notifications/tools/list_changed", true)]
    [InlineData("**/list_changed", "notifications/tools/list_changed", true)]
    [InlineData("a+b", "a+b", true)]
    [InlineData("a.c*", "abc", false)]
    [InlineData("*", "anything.at/all", true)]
    [InlineData("**", "anything.at/all", true)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbY.bZc", false)]
    [InlineData("a**b*c", "aX.Y/bZc", true)]
    [InlineData("***x", "a.b/x", true)]
    [InlineData("*.*", "a.b.c", false)]
    [InlineData("**a*b/c*d**", "a/ab/ccd.e", true)]
    [InlineData("**a*b/c*d**", "a/a/b/ccd.e", false)]
    [InlineData("é*", "été", true)]
    [InlineData("a*", "", false)]
    public void Should_match_segment_by_segment_when_there_are_stars(string pattern, string type, bool matches) =>
        EventPattern.Parse(pattern).Matches(type).ShouldBe(matches);

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void Should_refuse_when_no_type_could_be_meant(string pattern) =>
        Should.Throw<FormatException>(() => EventPattern.Parse(pattern));

    [Fact]
    public void Should_match_beyond_the_letters_of_one_word_of_the_machine_when_a_pattern_is_long()
    {
        var pattern = EventPattern.Parse("*" + string.Concat(Enumerable.Repeat("*ab", 80)));

        pattern.Matches(string.Concat(Enumerable.Repeat("xab", 80))).ShouldBeTrue();
        pattern.Matches(string.Concat(Enumerable.Repeat("xab", 79))).ShouldBeFalse();
        pattern.Matches(string.Concat(Enumerable.Repeat("x.ab", 80))).ShouldBeFalse();
    }

    [Fact]
    public void Should_answer_soon_when_pattern_and_type_are_made_to_be_slow()
    {
        var pattern = EventPattern.Parse("**" + string.Concat(Enumerable.Repeat("a*", 60)) + "/" + string.Concat(Enumerable.Repeat("a**", 20)) + "b");
        var type = new string('a', 100_000) + "/" + new string('a', 100_000);

        var start = Stopwatch.GetTimestamp();
        pattern.Matches(type).ShouldBeFalse();

        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(2), "once over the type takes milliseconds, anything else minutes");
    }

    [Fact]
    public void Should_say_what_is_right_when_a_pattern_is_too_long()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 1600));

        Should.Throw<FormatException>(() => EventPattern.Parse(pattern)).Message.ShouldBe(
            "an event pattern has at most 256 characters, and this one has 3200; write a type (chat.message) or a pattern (chat.*)");
        EventPattern.Parse(pattern[..EventPattern.MaxLength]).Matches("xaxaxaxa").ShouldBeFalse();
    }
}
