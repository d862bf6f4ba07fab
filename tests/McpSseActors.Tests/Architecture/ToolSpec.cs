using McpSseActors.Cli;
using McpSseActors.Dashboard;
using McpSseActors.Diagnostics;
using McpSseActors.Testing;
using McpSseActors.Tests.Docs;
using Mono.Cecil;

namespace McpSseActors.Tests.Architecture;

/// <summary>The tool, the dashboard and the test kit are built on the public API of the library, and folders of the tool do not use each other mutually.</summary>
public sealed class ToolSpec
{
    private static readonly string Tool = typeof(CommandLine).Assembly.Location;

    [Fact]
    public void Should_not_use_each_other_when_they_are_folders_of_the_tool()
    {
        using var tool = new ProjectFolders(Path.Combine(Pages.Root, "src/McpSseActors.Cli"), Tool);
        var uses = tool.Uses().ToArray();

        uses.ShouldNotBeEmpty();
        uses.Where(use => uses.Any(back => (back.From, back.To) == (use.To, use.From))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(CommandLine))]
    [InlineData(typeof(McpSseTestServer))]
    [InlineData(typeof(DashboardEndpoints))]
    public void Should_use_the_diagnosis_port_and_no_other_internal_when_it_is_built_on_the_library(Type inAssembly)
    {
        using var library = ModuleDefinition.ReadModule(typeof(McpEvent).Assembly.Location);
        using var tool = ModuleDefinition.ReadModule(inAssembly.Assembly.Location);
        var members = tool.GetMemberReferences().Select(member => member.DeclaringType.GetElementType()).Concat(tool.GetTypeReferences());
        var types = members.Where(type => type.Scope.Name == library.Assembly.Name.Name).Select(type => library.GetType(type.FullName)).Distinct().ToArray();

        types.ShouldNotBeEmpty();
        types.Where(type => !IsPublic(type) && !type.FullName.StartsWith(typeof(DiagnosisPort).FullName!, StringComparison.Ordinal)).ShouldBeEmpty();
        tool.GetMemberReferences().OfType<MethodReference>().Where(method => IsInternal(method, library)).ShouldBeEmpty();
    }

    private static bool IsPublic(TypeDefinition type) => type.DeclaringType is { } outer ? type.IsNestedPublic && IsPublic(outer) : type.IsPublic;

    // Methods and accessors of public types.
    private static bool IsInternal(MethodReference method, ModuleDefinition library) =>
        method.DeclaringType.GetElementType() is { } type && type.Scope.Name == library.Assembly.Name.Name
        && IsPublic(library.GetType(type.FullName))
        && library.GetType(type.FullName).Methods.Where(each => each.Name == method.Name && each.Parameters.Count == method.Parameters.Count)
            .All(each => each.IsAssembly);
}
