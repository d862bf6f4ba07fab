using System.Runtime.CompilerServices;

namespace McpSseActors.Interop.Support;

/// <summary>Where the things are that the tests start.</summary>
internal static class Folders
{
    /// <summary>The folder of this project, with what npm installed.</summary>
    public static string Project { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, ".."));

    public static string Tool { get; } = Path.Combine(AppContext.BaseDirectory, "mcp-sse.dll");

    public static string ConformanceClient { get; } = Path.Combine(AppContext.BaseDirectory, "McpSseActors.Interop.Client.dll");

    public static string CSharpServer { get; } = Path.Combine(AppContext.BaseDirectory, "McpSseActors.Interop.Server.dll");

    public static string Npm(params string[] path) => Path.Combine([Project, "node_modules", .. path]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
