using System.Text;
using McpSseActors.Events;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Events;

public sealed class EventTypesSpec
{
    private readonly EventTypes _types = new(2);

    [Fact]
    public void Should_give_the_same_string_when_a_type_comes_again() => Get("chat.message").ShouldBeSameAs(Get("chat.message"));

    [Fact]
    public void Should_be_message_when_the_server_gave_none() => Get("").ShouldBe("message");

    [Fact]
    public void Should_stay_right_when_there_are_more_types_than_it_remembers()
    {
        string[] types = ["a", "b", "c", "ä", new string('x', 1000)];

        types.Select(Get).ShouldBe(types);
        types.Select(Get).ShouldBe(types);
    }

    private string Get(string type) => _types.Get(Encoding.UTF8.GetBytes(type));
}
