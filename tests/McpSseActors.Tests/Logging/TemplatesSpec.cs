using System.Text.RegularExpressions;
using McpSseActors.Tests.Docs;

namespace McpSseActors.Tests.Logging;

/// <summary>A template is a literal: what a server, a user or an exception says is a value, whose braces mean nothing.</summary>
public sealed partial class TemplatesSpec
{
    private static readonly string[] Projects = ["src/McpSseActors", "src/McpSseActors.Cli", "src/McpSseActors.Dashboard", "src/McpSseActors.Webhooks"];

    [Fact]
    public void Should_pass_a_literal_template_when_a_line_is_logged()
    {
        var calls = Projects
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Pages.Root, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(file => Call().Matches(File.ReadAllText(file)))
            .Select(call => call.Value)
            .ToArray();

        calls.Length.ShouldBeGreaterThan(30);
        calls.ShouldAllBe(call => call.EndsWith('"') && !call.EndsWith("$\""));
    }

    // A log call up to the first character of its template, which follows the exception, if any.
    [GeneratedRegex(@"\b(?:_log|log|Log)\s*\.\s*(?:Debug|Info|Warning|Error)\(\s*(?:[\w.]+,\s*)?\$?.")]
    private static partial Regex Call();
}
