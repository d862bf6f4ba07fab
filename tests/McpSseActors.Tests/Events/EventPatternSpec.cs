using Shouldly;
using Xunit;

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
    public void Should_match_segment_by_segment_when_there_are_stars(string pattern, string type, bool matches) =>
        EventPattern.Parse(pattern).Matches(type).ShouldBe(matches);

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void Should_refuse_when_no_type_could_be_meant(string pattern) =>
        Should.Throw<FormatException>(() => EventPattern.Parse(pattern));
}
