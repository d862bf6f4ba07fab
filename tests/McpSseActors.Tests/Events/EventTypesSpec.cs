using McpSseActors.Events;

namespace McpSseActors.Tests.Events;

public sealed class EventTypesSpec
{
    private readonly EventTypes _types = new(2);

    [Fact]
    public void Should_give_the_same_number_when_a_type_comes_again()
    {
        var number = Find("chat.message");

        Find("chat.message").ShouldBe(number);
        Find("ä").ShouldNotBe(number);
        _types.Names[number].ShouldBe("chat.message");
        _types.Names[Find("ä")].ShouldBe("ä");
    }

    [Fact]
    public void Should_be_message_when_the_server_gave_none() => _types.Names[Find("")].ShouldBe("message");

    [Fact]
    public void Should_give_no_number_when_there_are_more_types_than_it_numbers()
    {
        string[] types = ["a", "b", "c", "a", "b"];

        types.Select(Find).ShouldBe([0, 1, EventTypes.Unnumbered, 0, 1]);
    }

    [Fact]
    public void Should_give_no_number_when_a_type_is_overlong() => Find(new string('x', 1000)).ShouldBe(EventTypes.Unnumbered);

    [Fact]
    public void Should_keep_the_numbers_when_the_list_grows()
    {
        var types = new EventTypes(100);
        string[] names = [.. Enumerable.Range(0, 100).Select(n => $"type {n}")];

        names.Select(name => types.Find(Encoding.UTF8.GetBytes(name))).ShouldBe(Enumerable.Range(0, 100));

        types.Names.ShouldBe(names);
    }

    private int Find(string type) => _types.Find(Encoding.UTF8.GetBytes(type));
}
