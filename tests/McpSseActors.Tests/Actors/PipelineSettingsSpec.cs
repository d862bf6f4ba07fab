using System.Runtime.CompilerServices;
using Akka.Configuration;
using McpSseActors.Actors;

namespace McpSseActors.Tests.Actors;

public sealed class PipelineSettingsSpec
{
    [Fact]
    public void Should_be_the_defaults_of_the_code_when_only_the_reference_is_read() =>
        PipelineSettings.Create(Config.Empty).ShouldBe(new PipelineSettings());

    [Fact]
    public void Should_be_overridden_when_the_host_sets_a_knob() =>
        PipelineSettings.Create("mcp-sse.pipeline.chunks-in-flight = 3").ShouldBe(new PipelineSettings { ChunksInFlight = 3 });

    [Theory]
    [InlineData("mcp-sse.pipeline.chunks-in-flight = 0")]
    [InlineData("mcp-sse.pipeline.chunks-in-flight = 2000000000")]
    [InlineData("mcp-sse.pipeline.chunk-size = 1")]
    [InlineData("mcp-sse.ask-timeout = 0s")]
    [InlineData("mcp-sse.shutdown-limit = 0s")]
    [InlineData("mcp-sse.reload-interval = 0s")]
    [InlineData("mcp-sse.handlers.max-restarts = -2")]
    [InlineData("mcp-sse.handlers.restart-window = 0s")]
    [InlineData("mcp-sse.handlers.overflow-size = 1")]
    [InlineData("mcp-sse.handlers.by-name.chat.overflow = sometimes")]
    [InlineData("mcp-sse.handlers.by-name.chat.overflow-capacity = 0")]
    [InlineData("mcp-sse.handlers.by-name.chat.max-restart = 3")]
    public void Should_refuse_when_a_knob_is_out_of_range(string hocon) =>
        Should.Throw<McpSseConfigurationException>(() => PipelineSettings.Create(hocon));

    [Theory]
    [InlineData("handlers.by-name.chat.retry.max-attempts", "abc", "a whole number")]
    [InlineData("handlers.by-name.chat.retry.max-attempts", "1.5", "a whole number")]
    [InlineData("handlers.by-name.chat.retry.max-attempts", "1e300", "a whole number")]
    [InlineData("handlers.by-name.chat.retry.max-attempts", "null", "a whole number")]
    [InlineData("handlers.by-name.chat.retry.max-attempts", "99999999999", "a whole number")]
    [InlineData("handlers.by-name.chat.retry.initial-delay", "NaN", "a time such as 10s")]
    [InlineData("handlers.by-name.chat.retry.initial-delay", "1e300", "a time such as 10s")]
    [InlineData("handlers.by-name.chat.retry.max-delay", "-1s", "a time such as 10s")]
    [InlineData("handlers.by-name.chat.retry.attempt-timeout", "none", "a time such as 10s")]
    [InlineData("handlers.by-name.chat.retry.later-events-pass", "maybe", "on or off")]
    [InlineData("handlers.by-name.chat.retry.later-events-pass", "null", "on or off")]
    [InlineData("handlers.by-name.chat.retry", "3", "a block of keys in braces")]
    [InlineData("handlers.by-name.chat.max-restarts", "[1]", "a whole number")]
    [InlineData("handlers.by-name.chat.restart-window", "long", "a time such as 10s")]
    [InlineData("handlers.by-name.chat.overflow", "{}", "a text")]
    [InlineData("handlers.by-name.chat", "3", "a block of keys in braces")]
    [InlineData("handlers.by-name", "3", "a block of keys in braces")]
    [InlineData("handlers.overflow-size", "much", "a size such as 64KiB")]
    [InlineData("pipeline.chunk-size", "null", "a size such as 64KiB")]
    [InlineData("pipeline.handler-warning", "{}", "a time such as 10s")]
    [InlineData("pipeline", "off", "a block of keys in braces")]
    [InlineData("reconnects-per-second", "many", "a whole number")]
    [InlineData("ask-timeout", "\"\"", "a time such as 10s")]
    public void Should_name_the_key_when_its_value_is_of_another_kind(string key, string value, string kind)
    {
        var fault = Should.Throw<McpSseConfigurationException>(() => PipelineSettings.Create($"mcp-sse.{key} = {value}")).Faults.ShouldHaveSingleItem();

        (fault.Key, fault.Problem, fault.Remedy).ShouldBe(($"mcp-sse.{key}", "the value is of another kind", $"write {kind}"));
    }

    [Fact]
    public void Should_take_the_operator_before_the_code_and_the_code_before_the_default_when_a_handler_has_all_three()
    {
        var settings = PipelineSettings.Create(ConfigurationFactory.ParseString("""
            mcp-sse.handlers { max-restarts = 9, by-name.chat.overflow = drop-newest }
            mcp-sse.handlers.by-name."chat.2" { max-restarts = 1, restart-window = 2s, overflow = drop-oldest, overflow-capacity = 3 }
            """)).Handlers;
        var handler = HandlerRegistration.ForDelegate("*", (McpEvent _) => { }) with { MaxRestarts = 5, OverflowCapacity = 7 };

        var chat = settings.Apply(handler with { Name = "chat" });
        (chat.MaxRestarts, chat.RestartWindow, chat.Overflow, chat.OverflowCapacity).ShouldBe((5, TimeSpan.FromSeconds(60), HandlerOverflow.DropNewest, 7));
        var second = settings.Apply(handler with { Name = "chat.2" });
        (second.MaxRestarts, second.RestartWindow, second.Overflow, second.OverflowCapacity)
            .ShouldBe((1, TimeSpan.FromSeconds(2), HandlerOverflow.DropOldest, 3));
        settings.Apply(handler with { Name = "other", MaxRestarts = null }).MaxRestarts.ShouldBe(9);
    }

    [Fact]
    public void Should_stand_in_the_documentation_when_it_is_a_knob()
    {
        var documentation = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "configuration.md"));
        var reference = PipelineSettings.Reference.GetConfig("mcp-sse");
        foreach (var (key, value) in reference.AsEnumerable().SelectMany(e => e.Value.IsObject()
            ? reference.GetConfig(e.Key).AsEnumerable().Select(p => (Key: $"mcp-sse.{e.Key}.{p.Key}", Value: p.Value.GetString()))
            : [(Key: $"mcp-sse.{e.Key}", Value: e.Value.GetString())]))
        {
            documentation.ShouldContain($"| `{key}` | `{value}` |");
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
