namespace McpSseActors.Tests.Configuration;

/// <summary>A file that is gone when the test is.</summary>
internal sealed class TempFile : IDisposable
{
    public TempFile(byte[] content, string extension = ".toml")
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName() + extension);
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
