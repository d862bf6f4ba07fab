using System.Diagnostics;
using System.Runtime.InteropServices;

namespace McpSseActors.Benchmarks.Startup;

/// <summary>The programs whose start is timed.</summary>
/// <param name="tool">The tool, with machine code as its package has it.</param>
/// <param name="scratch">A folder that is deleted in the end; null for none.</param>
internal sealed class StartupPrograms(string tool, DirectoryInfo? scratch) : IDisposable
{
    private const string Small = "McpSseActors.Benchmarks.Startup";

    /// <summary>The folder of this project's output, of its configuration and of the framework, below those of each project of the tests.</summary>
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    public string Tool => tool;

    /// <summary>Small programs to compare with, and one with this library.</summary>
    public static string Others { get; } =
        Executable(Path.Combine(Root, "tests", Small, "bin", Output.Parent!.Name, Output.Name), Small);

    private static string Root => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    /// <summary>A tool that exists, or one that is published now, apart from what was built before.</summary>
    /// <exception cref="InvalidOperationException">It can't be published.</exception>
    public static async Task<StartupPrograms> FindAsync(FileInfo? tool, CancellationToken ending)
    {
        if (tool is not null)
            return new StartupPrograms(tool.FullName, scratch: null);
        Console.WriteLine("publishing the tool");
        var scratch = Directory.CreateTempSubdirectory("startup-");
        var target = Path.Combine(scratch.FullName, "tool");
        string[] arguments =
        [
            "publish", Path.Combine(Root, "src", "McpSseActors.Cli"), "--configuration", "Release", "--runtime",
            RuntimeInformation.RuntimeIdentifier, "--no-self-contained",
            "-p:PublishReadyToRun=true", "-nodeReuse:false", "--artifacts-path", Path.Combine(scratch.FullName, "artifacts"), "--output", target,
        ];
        using var publishing = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await publishing.StandardOutput.ReadToEndAsync(ending);
        await publishing.WaitForExitAsync(ending);
        return publishing.ExitCode == 0
            ? new StartupPrograms(Executable(target, "mcp-sse"), scratch)
            : throw new InvalidOperationException($"The tool could not be published: {output}");
    }

    public void Dispose() => scratch?.Delete(recursive: true);

    private static string Executable(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
}
