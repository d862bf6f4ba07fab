namespace McpSseActors.Tests.Support;

/// <summary>A configuration file that an operator edits while a host runs.</summary>
public sealed class EditedFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mcp-sse-edited-").FullName;

    public EditedFile(string text) => Overwrite(text);

    public string Path => System.IO.Path.Combine(_directory, "mcp-sse.toml");

    /// <summary>Writes into the file as it is, so that it is half written for a moment.</summary>
    public void Overwrite(string text) => File.WriteAllText(Path, text);

    /// <summary>As editors and deployments do it: a new file takes the place of the old one.</summary>
    public void Write(string text)
    {
        var next = System.IO.Path.Combine(_directory, "next");
        File.WriteAllText(next, text);
        File.Move(next, Path, overwrite: true);
    }

    public void Delete() => File.Delete(Path);

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
