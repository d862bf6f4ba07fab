using System.Runtime.CompilerServices;
using Akka.Configuration;
using McpSseActors.Configuration;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Configuration;

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
    [InlineData("mcp-sse.pipeline.chunk-size = 1")]
    [InlineData("mcp-sse.ask-timeout = 0s")]
    public void Should_refuse_when_a_knob_is_out_of_range(string hocon) =>
        Should.Throw<McpSseConfigurationException>(() => PipelineSettings.Create(hocon));

    [Fact]
    public void Should_stand_in_the_documentation_when_it_is_a_knob()
    {
        var documentation = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "configuration.md"));
        var reference = PipelineSettings.Reference.GetConfig("mcp-sse");
        foreach (var (key, value) in reference.AsEnumerable().SelectMany(e => e.Key == "pipeline"
            ? reference.GetConfig("pipeline").AsEnumerable().Select(p => (Key: $"mcp-sse.pipeline.{p.Key}", Value: p.Value.GetString()))
            : [(Key: $"mcp-sse.{e.Key}", Value: e.Value.GetString())]))
        {
            documentation.ShouldContain($"| `{key}` | `{value}` |");
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
