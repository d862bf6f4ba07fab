using McpSseActors.Interop.Support;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>The scenarios of the official conformance suite that concern a client which listens.</summary>
[Trait("Category", "Interop")]
public sealed class ConformanceSpec
{
    [Theory]
    [InlineData("initialize", null)]
    [InlineData("sse-retry", null)]
    [InlineData("tools_call", null)]
    [InlineData("initialize", "2025-06-18")]
    [InlineData("tools_call", "2025-06-18")]
    [InlineData("request-metadata", "2026-07-28")]
    [InlineData("http-standard-headers", "2026-07-28")]
    [InlineData("tools_call", "2026-07-28")]
    [InlineData("json-schema-ref-no-deref", "2026-07-28")]
    public async Task Should_pass_without_a_warning_when_the_suite_plays(string scenario, string? version)
    {
        using var suite = Play(scenario, version is null ? [] : ["--spec-version", version]);

        var exit = await suite.EndAsync();
        exit.ShouldBe(0, suite.Said);
        suite.Said.Contains("OVERALL: PASSED", StringComparison.Ordinal).ShouldBeTrue(suite.Said);
        suite.Said.Contains("0 failed, 0 warnings", StringComparison.Ordinal).ShouldBeTrue(suite.Said);
    }

    [Fact]
    public async Task Should_refuse_an_elicitation_that_arrives_while_it_listens()
    {
        using var suite = Play("elicitation-sep1034-client-defaults", []);

        await suite.EndAsync();
        suite.Said.Contains("Elicitation failed: MCP error -32601: Method not found", StringComparison.Ordinal).ShouldBeTrue(suite.Said);
    }

    private static Child Play(string scenario, string[] revision) => new("node",
    [
        Folders.Npm(".bin", "conformance"), "client", "--command", $"dotnet {Folders.ConformanceClient}", "--scenario", scenario, .. revision,
    ]);
}
