namespace McpSseActors.Cli;

/// <summary>The text files within the assembly.</summary>
internal static class Resources
{
    public static string Read(string name)
    {
        using var text = new StreamReader(typeof(Resources).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }
}
