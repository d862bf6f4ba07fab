using McpSseActors.Handlers;

namespace McpSseActors.Tests.Handlers;

public sealed class HandlerRegistrySpec
{
    private readonly HandlerRegistry _registry = new();
    private readonly HashSet<string> _stopping = [];

    [Fact]
    public void Should_number_the_names_when_they_are_taken()
    {
        Add("a").ShouldBe("a");
        Add("a").ShouldBe("a-2");
        Add("a-2").ShouldBe("a-2-2");
        Add("a").ShouldBe("a-3");
        Add("$a").ShouldBe("handler");
    }

    [Fact]
    public void Should_use_a_number_again_when_its_actor_has_stopped()
    {
        Add("a");
        Add("a");
        Add("a");
        _registry.Remove("a-2");
        _stopping.Add("a-2");
        Add("a").ShouldBe("a-4");
        _stopping.Clear();
        Add("a").ShouldBe("a-2");

        foreach (var name in new[] { "a", "a-2", "a-3", "a-4" })
            _registry.Remove(name);
        Add("a").ShouldBe("a");
        _registry.All.Count.ShouldBe(1);
    }

    [Fact]
    public void Should_ask_for_few_names_when_thousands_are_taken_or_stopping()
    {
        var asked = 0;
        for (var i = 0; i < 5000; i++)
            _registry.Add(Named("a"), IsTaken);
        foreach (var registration in _registry.All.Skip(1).Take(3000).ToArray())
        {
            _stopping.Add(registration.Name!);
            _registry.Remove(registration.Name!);
        }

        for (var i = 0; i < 1000; i++)
            _registry.Add(Named("a"), IsTaken);

        asked.ShouldBeLessThan(6000 * 10);

        bool IsTaken(string name)
        {
            asked++;
            return _stopping.Contains(name);
        }
    }

    [Fact]
    public void Should_count_by_pattern_when_handlers_come_and_go()
    {
        Add("a", "*");
        Add("a", "**");
        Add("a", "t*");
        Add("a", "t*");
        Add("a", "u");

        _registry.Remove("a");
        _registry.Remove("a-3");
        _registry.Remove("a-5");
        _registry.Remove("nobody");

        _registry.GlobalHandlers.ShouldBe(1);
        _registry.HandlersByType.ShouldBe(new Dictionary<string, int> { ["t*"] = 1 });
    }

    private string Add(string name, string pattern = "*") => _registry.Add(Named(name, pattern), _stopping.Contains).Name!;

    private static HandlerRegistration Named(string name, string pattern = "*") =>
        HandlerRegistration.ForProps(pattern, Props.Empty) with { Name = name };
}
