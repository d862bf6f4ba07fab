namespace McpSseActors.Configuration;

/// <summary>A file that streams came from.</summary>
/// <param name="Path">As the user wrote it.</param>
/// <param name="Text">Its text.</param>
/// <param name="Options">What that means.</param>
/// <param name="IsWatched">Whether a change of it is applied.</param>
internal sealed record TomlSource(string Path, string Text, McpSseOptions Options, bool IsWatched)
{
    /// <summary>Its absolute path, which a change of the working directory does not affect.</summary>
    public string FullPath { get; } = System.IO.Path.GetFullPath(Path);

    /// <summary>Gets whether it can be read again: what came through a pipe is gone.</summary>
    public bool CanReread { get; private init; } = true;

    /// <summary>Gets what it says of delivery, as it is written.</summary>
    public DeliveryOptions Delivery { get; private init; } = new();

    public static TomlSource Read(string path, bool isWatched)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var text = TomlFile.Read(path, out var canReread);
        var options = TomlConfiguration.Parse(text, path, TomlConfiguration.ProcessEnvironment());
        return new TomlSource(path, text, canReread ? BesideFile(options, path) : options, isWatched) { CanReread = canReread, Delivery = options.Delivery };
    }

    // Programs start in any folder. A pipe is in none.
    private static McpSseOptions BesideFile(McpSseOptions options, string path) => options with
    {
        Delivery = options.Delivery.In(System.IO.Path.GetDirectoryName(path) ?? ""),
    };
}
