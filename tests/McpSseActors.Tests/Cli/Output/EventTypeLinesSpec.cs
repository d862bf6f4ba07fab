using CsCheck;
using McpSseActors.Cli.Output;

namespace McpSseActors.Tests.Cli.Output;

/// <summary>What a server says of its event types is shown, never obeyed; and what is to be pasted means what the server said.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventTypeLinesSpec
{
    private const string Nasty = "\e[2J\a\r\n\u202Eturned '\"\\ 你好 🎉 $(rm)";

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char[' ', '~'].Array[1, 12].Select(letters => new string(letters)), Gen.OneOf<string>(Nasty, "a.b", "a b", "'", "\"", "\\", "=", "x=y", "你好", "\u007f", "\u2028", "-", "--all"));

    [Fact]
    public void Should_show_a_strangers_words_on_lines_of_their_own()
    {
        var type = Type(Nasty, Schema(Nasty, $"\"type\":\"string\",\"description\":{Json(Nasty)},\"enum\":[{Json(Nasty)}]")) with { Description = Nasty };
        var types = new McpEventTypes("s", [type], McpEventDialect.Sep);

        var lines = EventTypeLines.Of(types).Concat(EventTypeLines.Of(type, new EventExample("http://localhost/mcp", type))).ToList();

        lines.ShouldAllBe(line => !line.Any(letter => char.IsControl(letter) || letter == '\u202E'));
        EventTypeLines.Of(types).Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("deploy.finished", "\"staging\"", "--event deploy.finished --arg a=staging")]
    [InlineData("--all", "\"it's\"", "--event=--all --arg 'a=it'\\''s'")]
    [InlineData("$(rm)", "[1]", "--event '$(rm)' --arg-json 'a=[1]'")]
    public void Should_give_a_command_that_a_shell_reads_as_it_was_meant(string name, string value, string options) =>
        new EventExample("http://localhost/mcp", Type(name, Schema("a", $"\"enum\":[{value}]"))).Command.ShouldBe($"mcp-sse listen http://localhost/mcp {options}");

    [Theory]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("""{"properties":[1]}""")]
    [InlineData("""{"properties":{"a":true,"b":null,"c":[],"d":"x"},"required":"a"}""")]
    [InlineData("""{"properties":{"a":{"type":[1,{}],"enum":"x","examples":{},"description":5}},"required":[1,null]}""")]
    public void Should_bear_a_schema_that_makes_no_sense(string schema)
    {
        var type = Type("t", schema);

        EventTypeLines.Of(type, new EventExample("http://localhost/mcp", type)).ShouldNotBeEmpty();
    }

    [Fact]
    public void Should_give_a_configuration_that_is_read_as_it_was_meant()
    {
        var value = Gen.OneOf(Text.Select(Json), Gen.Int.Select(number => $"{number}"), Gen.Bool.Select(flag => flag ? "true" : "false"), Text.Array[0, 3].Select(texts => $"[{string.Join(',', texts.Select(Json))}]"));

        Gen.Select(Text, Text, value).Sample((name, argument, example) =>
        {
            var type = Type(name, Schema(argument, $"\"enum\":[{example}]"));
            if (new StreamOptions { Enabled = true, ServerUrl = "http://localhost/mcp", Transport = StreamTransport.Events, Event = new McpEventSubscription { Name = name } }.Validate().Length > 0)
                return;

            var read = TomlConfiguration.Parse(string.Join('\n', new EventExample("http://localhost/mcp", type).Toml)).Streams.Single();

            read.Event.Name.ShouldBe(name);
            JsonElement.DeepEquals(JsonElement.Parse(read.Event.Arguments), JsonElement.Parse($"{{{Json(argument)}:{example}}}")).ShouldBeTrue(read.Event.Arguments);
        });
    }

    private static McpEventType Type(string name, string schema) => new() { Name = name, Delivery = [McpEventDelivery.Push], InputSchema = JsonElement.Parse(schema) };

    // One argument, which is required.
    private static string Schema(string name, string members) => $"{{\"properties\":{{{Json(name)}:{{{members}}}}},\"required\":[{Json(name)}]}}";

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
