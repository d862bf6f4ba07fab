using System.Diagnostics;
using System.Reflection;
using McpSseActors.Tests.Docs;

namespace McpSseActors.Tests.Packaging;

/// <summary>A package of this repository is versioned by its commit. Tested with an empty project in a separate repository.</summary>
public sealed class VersionSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-sse-version-").FullName;

    [Fact]
    public async Task Should_follow_the_commits_and_tags_when_packages_are_built()
    {
        var repository = Path.Combine(_folder, "repository");
        await CreateAsync(repository);
        (await VersionAsync(repository)).ShouldBe("0.2.0-alpha.0");

        await GitAsync(repository, "init", "--quiet");
        await CommitAsync(repository);
        (await VersionAsync(repository)).ShouldBe("0.2.0-alpha.0");
        await CommitAsync(repository);
        (await VersionAsync(repository)).ShouldBe("0.2.0-alpha.0.1");

        await GitAsync(repository, "tag", "v0.3.0");
        (await VersionAsync(repository)).ShouldBe("0.3.0");
        await CommitAsync(repository);
        (await VersionAsync(repository)).ShouldBe("0.3.1-alpha.0.1");

        var shallow = Path.Combine(_folder, "shallow");
        await GitAsync(_folder, "clone", "--quiet", "--depth", "1", new Uri(repository).AbsoluteUri, shallow);
        (await VersionAsync(shallow)).ShouldBe("0.2.0-alpha.0");
    }

    [Fact]
    public void Should_have_three_numbers_when_the_library_names_itself_to_servers()
    {
        var version = typeof(StreamOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>().ShouldNotBeNull().InformationalVersion;

        new StreamOptions().UserAgent.ShouldBe($"McpSseActors/{version.Split('-', '+')[0]}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task CreateAsync(string repository)
    {
        Directory.CreateDirectory(repository);
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", ".gitignore" })
            File.Copy(Path.Combine(Pages.Root, file), Path.Combine(repository, file));
        await File.WriteAllTextAsync(Path.Combine(repository, "Empty.csproj"), """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><IsPackable>true</IsPackable></PropertyGroup></Project>""");
    }

    // Without the commit, which follows the plus.
    private static async Task<string> VersionAsync(string repository)
    {
        var said = await RunAsync(repository, "dotnet", "msbuild", "-restore", "-nodeReuse:false", "-t:AddShortRevision",
            "-getProperty:PackageVersion", "-getProperty:InformationalVersion");
        var properties = JsonDocument.Parse(said).RootElement.GetProperty("Properties");
        properties.GetProperty("InformationalVersion").GetString().ShouldBe(properties.GetProperty("PackageVersion").GetString());
        return properties.GetProperty("PackageVersion").GetString()!.Split('+')[0];
    }

    private static async Task CommitAsync(string repository)
    {
        await GitAsync(repository, "add", "--all");
        await GitAsync(repository, "-c", "user.name=me", "-c", "user.email=me@example.com", "commit", "--quiet", "--allow-empty", "--no-verify", "-m", "more");
    }

    private static Task<string> GitAsync(string folder, params string[] arguments) => RunAsync(folder, "git", arguments);

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        // Those of the build or the hook that runs this test would lead another one astray.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("GIT_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start).ShouldNotBeNull();
        var said = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, said);
        return said;
    }
}
