using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using McpSseActors.Cli;
using McpSseActors.Tests.Docs;

namespace McpSseActors.Tests.Packaging;

/// <summary>What <c>dotnet pack</c> makes of this build is whole: nobody looks into a package before it is out.</summary>
public sealed class PackageSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _packages = Directory.CreateTempSubdirectory("mcp-sse-packages-");

    [Fact]
    public async Task Should_hold_all_that_a_user_needs_when_it_is_packed()
    {
        await PackAsync();

        _packages.GetFiles().Select(f => f.Name.Split(".0.")[0] + f.Extension).ShouldBe(
            ["McpSseActors.Cli.nupkg", "McpSseActors.Cli.snupkg", "McpSseActors.Cluster.nupkg", "McpSseActors.Cluster.snupkg", "McpSseActors.Dashboard.nupkg",
                "McpSseActors.Dashboard.snupkg", "McpSseActors.TestKit.nupkg", "McpSseActors.TestKit.snupkg", "McpSseActors.Webhooks.nupkg",
                "McpSseActors.Webhooks.snupkg", "McpSseActors.nupkg", "McpSseActors.snupkg"],
            ignoreOrder: true,
            "the sample and the tests are not packages");
        using var package = Open("McpSseActors.0*.nupkg");
        using var symbols = Open("McpSseActors.0*.snupkg");
        using var tool = Open("McpSseActors.Cli.*.nupkg");
        Files(package).ShouldBe(["McpSseActors.nuspec", "README.md", "lib/net10.0/McpSseActors.dll", "lib/net10.0/McpSseActors.xml"], ignoreOrder: true);
        using var kit = Open("McpSseActors.TestKit.*.nupkg");
        Files(kit).ShouldBe(["McpSseActors.TestKit.nuspec", "README.md", "lib/net10.0/McpSseActors.TestKit.dll", "lib/net10.0/McpSseActors.TestKit.xml"], ignoreOrder: true);
        Dependencies(kit, "McpSseActors.TestKit.nuspec").ShouldBe(["McpSseActors"]);
        using var webhooks = Open("McpSseActors.Webhooks.*.nupkg");
        Files(webhooks).ShouldBe(["McpSseActors.Webhooks.nuspec", "README.md", "lib/net10.0/McpSseActors.Webhooks.dll", "lib/net10.0/McpSseActors.Webhooks.xml"], ignoreOrder: true);
        Dependencies(webhooks, "McpSseActors.Webhooks.nuspec").ShouldBe(["McpSseActors"]);
        Files(symbols).ShouldContain("lib/net10.0/McpSseActors.pdb");
        Files(tool).ShouldContain("README.md");
        Files(tool).ShouldContain("tools/net10.0/any/DotnetToolSettings.xml");
        Files(tool).ShouldNotContain(file => file.EndsWith("/mcp-sse.xml", StringComparison.Ordinal) || file.EndsWith(".resources.dll", StringComparison.Ordinal));
        Files(tool).ShouldContain("tools/net10.0/any/McpSseActors.TestServer.dll");
        Text(tool, "McpSseActors.Cli.nuspec").ShouldNotContain("McpSseActors.TestServer", Case.Insensitive, "the tool ships it, and no package depends on it");
        Text(tool, "tools/net10.0/any/mcp-sse.runtimeconfig.json").ShouldContain("\"rollForward\": \"Major\"");
        Text(package, "README.md").ShouldBe(Pages.Read("README.md"));
        Text(package, "lib/net10.0/McpSseActors.xml").ShouldContain("M:McpSseActors.Hosting.McpSseHostingExtensions.WithMcpSse(");

        var about = XDocument.Parse(Text(package, "McpSseActors.nuspec")).Descendants().ToLookup(e => e.Name.LocalName, e => e.Value);
        Dependencies(package, "McpSseActors.nuspec").ShouldBe(
            ["Akka", "Akka.DependencyInjection", "Akka.Hosting", "ModelContextProtocol.Core", "System.IO.Hashing", "Tomlyn"],
            ignoreOrder: true, "what it uses, and nothing else");
        Dependencies(tool, "McpSseActors.Cli.nuspec").ShouldBeEmpty();
        about["version"].ShouldBe([typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion]);
        about["license"].ShouldBe(["Apache-2.0"]);
        about["readme"].ShouldBe(["README.md"]);
        about["tags"].Single().ShouldContain("akka");
        about["description"].Single().Length.ShouldBeGreaterThan(50);
        about["authors"].ShouldBe(["McpSseActors contributors"]);
    }

    [Fact]
    public void Should_name_no_path_of_the_machine_when_the_packages_are_built()
    {
        foreach (var symbols in new[] { "McpSseActors.pdb", "McpSseActors.TestKit.pdb", "McpSseActors.Webhooks.pdb", "McpSseActors.TestServer.pdb", "mcp-sse.pdb" })
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, symbols)).ShouldNotContain(Pages.Root);
    }

    public void Dispose() => _packages.Delete(recursive: true);

    private async Task PackAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet", ["pack", "--no-build", "-c", configuration, "-o", _packages.FullName, "-nodeReuse:false", "-v:quiet"])
        {
            WorkingDirectory = Pages.Root,
            RedirectStandardOutput = true,
        };
        // Those of the build that runs this test would lead another one astray.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using var pack = Process.Start(start).ShouldNotBeNull();
        var said = await pack.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await pack.WaitForExitAsync().WaitAsync(Patience);
        pack.ExitCode.ShouldBe(0, said);
        said.ShouldNotContain("warning", Case.Insensitive);
    }

    private static string?[] Dependencies(ZipArchive package, string name) =>
        [.. XDocument.Parse(Text(package, name)).Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => (string?)e.Attribute("id"))];

    private ZipArchive Open(string pattern) => ZipFile.OpenRead(_packages.GetFiles(pattern).ShouldHaveSingleItem().FullName);

    // What every package has for the archive's own sake does not matter.
    private static string[] Files(ZipArchive package) =>
        [.. package.Entries.Select(e => e.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")];

    private static string Text(ZipArchive package, string name)
    {
        using var reader = new StreamReader(package.GetEntry(name).ShouldNotBeNull().Open());
        return reader.ReadToEnd();
    }
}
