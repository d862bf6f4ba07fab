namespace McpSseActors.Cli.Completion;

/// <summary>The scripts that let a shell ask the tool what could come next: <c>mcp-sse "[suggest:POSITION]" "LINE"</c>.</summary>
internal static class CompletionScript
{
    private static readonly Dictionary<string, string> FileOfShell = new(StringComparer.Ordinal)
    {
        ["bash"] = "mcp-sse.bash",
        ["zsh"] = "mcp-sse.zsh",
        ["fish"] = "mcp-sse.fish",
        ["pwsh"] = "mcp-sse.ps1",
    };

    public static string[] Shells { get; } = [.. FileOfShell.Keys];

    /// <summary>The script for a shell.</summary>
    public static string Of(string shell) => Resources.Read(FileOfShell[shell]);
}
