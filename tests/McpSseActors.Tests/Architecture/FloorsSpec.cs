using McpSseActors.Tests.Docs;
using McpSseActors.TestServer.Web;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Architecture;

/// <summary>
/// A floor of the library uses its own rooms and the floors below. To see the whole matrix:
/// <c>dotnet test tests/McpSseActors.Tests --filter FloorsSpec --logger "console;verbosity=detailed"</c>.
/// </summary>
public sealed class FloorsSpec(ITestOutputHelper output)
{
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Events"] = 1,
        ["Sse"] = 1,
        ["Configuration"] = 2,
        ["Messages"] = 3,
        ["Connections"] = 4,
        ["DeadLetters"] = 4,
        ["Definitions"] = 4,
        ["Positions"] = 4,
        ["Storage"] = 3,
        ["Telemetry"] = 4,
        ["Handlers"] = 5,
        ["Mcp"] = 5,
        ["Actors"] = 6,
        ["Diagnostics"] = 7,
        ["Hosting"] = 7,
    };

    [Fact]
    public void Should_use_only_floors_below_when_a_type_of_the_library_uses_another()
    {
        using var library = new ProjectFolders(Path.Combine(Pages.Root, "src/McpSseActors"), typeof(McpEvent).Assembly.Location);
        var uses = library.Uses().ToArray();

        Print(uses);
        uses.ShouldNotBeEmpty();
        uses.Where(use => Floors[use.To] >= Floors[use.From]).ShouldBeEmpty("code uses only the floors below its own: move it, see docs/architecture.md");
    }

    [Fact]
    public void Should_name_a_floor_for_every_folder_when_the_library_has_one()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Pages.Root, "src/McpSseActors")).Select(path => Path.GetFileName(path)!);

        folders.Except(["bin", "obj"]).ShouldBe(
            Floors.Keys, ignoreOrder: true, "give a new folder its floor above, and in docs/architecture.md");
    }

    [Fact]
    public void Should_use_another_folder_in_one_direction_only_when_the_test_server_has_several()
    {
        using var servers = new ProjectFolders(Path.Combine(Pages.Root, "src/McpSseActors.TestServer"), typeof(LoopbackWeb).Assembly.Location);
        var uses = servers.Uses().ToArray();

        uses.ShouldNotBeEmpty();
        uses.Where(use => uses.Any(back => back.From == use.To && back.To == use.From)).ShouldBeEmpty();
    }

    private void Print(IEnumerable<FolderUse> uses)
    {
        var counts = uses.GroupBy(use => (use.From, use.To)).ToDictionary(group => group.Key, group => group.Count());
        var names = Floors.Keys.ToArray();
        output.WriteLine($"{"uses",-14}{string.Concat(names.Select(name => $"{name,14}"))}");
        foreach (var from in names)
            output.WriteLine($"{from,-14}{string.Concat(names.Select(to => $"{counts.GetValueOrDefault((from, to)),14:0;;.}"))}");
    }
}
