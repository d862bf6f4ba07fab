using System.Runtime.CompilerServices;
using McpSseActors.Configuration;

namespace McpSseActors.Tests.Configuration;

/// <summary>Holds the key table, the options' defaults and the documentation equal.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void Should_document_every_key_as_it_is_when_the_table_of_the_documentation_is_read()
    {
        var log = ("[log] console_log_level", "string", "\"INFO\"", LogLevels.Rule);
        var expected = ConfigurationKeys.All.Select(key => (key.Name, key.Type, key.Default, key.Rule)).Append(log);

        var rows = Rows().Select(row => (row[0], row[1], row[2], row[3])).ToArray();
        expected.Except(rows).ShouldBeEmpty("docs/configuration.md, Keys: these rows are missing or differ (key, type, default, rule); add the meaning");
        rows.ShouldBe(expected, "docs/configuration.md, Keys: one row for each key, in the order of ConfigurationKeys");
        Rows().ShouldAllBe(row => row[4].Length > 0);
        new McpSseOptions().ConsoleLogLevel.ShouldBe(ConsoleLogLevel.Info);
    }

    [Fact]
    public void Should_have_a_key_for_every_option_when_only_code_can_set_the_credentials() =>
        ConfigurationKeys.All.Select(key => key.Name == "enable" ? "enabled" : key.Name.Replace("_", "", StringComparison.Ordinal))
            .Append("credentials").ShouldBe(
            typeof(StreamOptions).GetProperties().Where(
                property => property.CanWrite && property.PropertyType != typeof(McpListenOptions) && property.PropertyType != typeof(McpEventSubscription))
                .Select(property => property.Name.ToLowerInvariant())
                .Concat(typeof(McpListenOptions).GetProperties().Select(property => $"mcp.{property.Name.ToLowerInvariant()}"))
                .Concat(typeof(McpEventSubscription).GetProperties().Select(property => $"event.{property.Name.ToLowerInvariant()}")),
            ignoreOrder: true, "each option has a row in ConfigurationKeys; its key is the property's name in snake_case");

    [Fact]
    public void Should_read_every_default_as_itself_when_a_file_writes_it()
    {
        var keys = ConfigurationKeys.All.Select(key => $"{key.Name} = {key.Default}");
        var defaults = new StreamOptions { UserAgent = "MaiBot-MCP-SSE-Client/1.0" };

        var stream = TomlConfiguration.Parse("[mcp_sse]\n" + string.Join('\n', keys)).Streams[0];

        stream.ShouldBe(defaults with { Name = "mcp-sse", CustomHeaders = stream.CustomHeaders });
    }

    [Fact]
    public void Should_accept_the_examples_when_they_are_copied_from_the_documentation()
    {
        var examples = Document().Split("```toml\n").Skip(1).Select(part => part.Split("```")[0]).ToList();

        examples.ShouldNotBeEmpty();
        foreach (var example in examples)
            TomlConfiguration.Parse(example).Streams.ShouldNotBeEmpty();
    }

    [Fact]
    public void Should_print_the_faults_shown_when_the_faulty_example_is_read()
    {
        var document = Document();
        var faulty = document.Split("```text\n")[1].Split("```")[0];
        var shown = document.Split("```text\n")[2].Split("```")[0];

        string.Concat(Faults.Of(faulty, ("MCP_SSE__MAX_EVENT_SIZE", "10")).Select(fault => fault + "\n")).ShouldBe(shown);
    }

    [Theory]
    [InlineData("at once", KeyReach.Stream)]
    [InlineData("from the next loss on", KeyReach.Retry)]
    [InlineData("by a new connection", KeyReach.Connection)]
    [InlineData("to a stream that is new", KeyReach.Start)]
    public void Should_say_of_every_key_when_a_change_applies_when_the_documentation_lists_them(string when, object reach)
    {
        var row = Document().Split('\n').Single(line => line.StartsWith($"| {when}", StringComparison.Ordinal)).Trim('|').Split('|')[1];

        row.Replace("`", "", StringComparison.Ordinal).Split(',', StringSplitOptions.TrimEntries)
            .ShouldBe(ConfigurationKeys.All.Where(key => key.Reach == (KeyReach)reach).Select(key => key.Name),
                "docs/configuration.md, Reload: each key in the row of its reach, in the order of ConfigurationKeys");
    }

    private static List<string[]> Rows() =>
    [
        .. Document().Split('\n').SkipWhile(line => !line.StartsWith("| key |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim().Replace("`", "", StringComparison.Ordinal)).ToArray()),
    ];

    private static string Document([CallerFilePath] string here = "")
    {
        var folder = new FileInfo(here).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "docs", "configuration.md")))
            folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder!.FullName, "docs", "configuration.md"));
    }
}
