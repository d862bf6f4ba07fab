namespace McpSseActors.Tests.Docs;

/// <summary>Statistics are documented in full, and shown in full.</summary>
public sealed class StatisticsPageSpec
{
    private static readonly string[] Properties = [.. typeof(StreamStats).GetProperties().Select(property => property.Name)];

    [Fact]
    public void Should_name_every_property_when_the_page_lists_them()
    {
        var rows = Pages.Read("docs/queries.md").Split('\n').SkipWhile(line => line != "## Read the statistics of a stream").TakeWhile(line => !line.StartsWith("## Add", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')[1]);

        rows.SelectMany(row => row.Split(',')).Select(name => name.Trim(' ', '`')).ShouldBe(Properties, ignoreOrder: true);
    }

    [Fact]
    public void Should_show_the_entries_and_no_type_names_when_it_is_printed()
    {
        var shown = new StreamStats
        {
            Stream = "chat",
            EventsByType = ImmutableSortedDictionary<string, long>.Empty.Add("a", 1).Add("b\u001b", 2),
            SubscribedEvents = ["a", "b"],
            Dropped = ImmutableSortedDictionary<string, long>.Empty.Add("duplicate", 3),
        }.ToString();

        shown.ShouldContain("EventsByType = [a: 1, b\uFFFD: 2], ");
        shown.ShouldContain("SubscribedEvents = [a, b], ");
        shown.ShouldContain("Dropped = [duplicate: 3], ");
        shown.ShouldNotContain("System.");
        foreach (var property in Properties)
            shown.ShouldContain($"{property} = ");
    }
}
