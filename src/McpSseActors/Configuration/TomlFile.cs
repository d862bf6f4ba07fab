using System.Text;

namespace McpSseActors.Configuration;

/// <summary>Reads a TOML file, which is UTF-8; says as a fault why it cannot be read.</summary>
internal static class TomlFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Read(string path) => Read(path, out _);

    /// <param name="path">The file.</param>
    /// <param name="canReread">Whether it can be read again: what comes through a pipe is gone.</param>
    public static string Read(string path, out bool canReread)
    {
        try
        {
            using var file = File.OpenRead(path);
            canReread = file.CanSeek;
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            return Decode(bytes.ToArray(), path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Failed(path, "the file does not exist", $"create it, or specify another (looked for at {Path.GetFullPath(path)})");
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            throw Failed(path, "this is a directory", "name the file in it");
        }
        catch (UnauthorizedAccessException)
        {
            throw Failed(path, "the file may not be read", "let this user read it");
        }
        catch (Exception failure) when (failure is not McpSseConfigurationException)
        {
            throw Failed(path, $"the file cannot be read ({failure.GetType().Name})", "name a readable file");
        }
    }

    private static string Decode(byte[] bytes, string path)
    {
        try
        {
            // The byte order mark that some editors write is not part of the document.
            return Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException failure)
        {
            var before = Encoding.UTF8.GetString(bytes, 0, Math.Clamp(failure.Index, 0, bytes.Length));
            throw new McpSseConfigurationException([new ConfigurationFault(
                path, before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'), null, "a byte here is not UTF-8", "save the file as UTF-8")]);
        }
    }

    /// <summary>Creates the exception for a file that cannot be read.</summary>
    public static McpSseConfigurationException Failed(string path, string problem, string remedy) =>
        new([new ConfigurationFault(path, null, null, null, problem, remedy)]);
}
