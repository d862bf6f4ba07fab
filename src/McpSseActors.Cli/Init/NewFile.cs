using System.Text;

namespace McpSseActors.Cli.Init;

/// <summary>A file that is written whole or not at all, and not over another one unless that is wished.</summary>
internal sealed class NewFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _shown;
    private readonly string _path;
    private readonly bool _overwrite;

    private NewFile(string shown, string path, bool overwrite)
    {
        _shown = shown;
        _path = path;
        _overwrite = overwrite;
    }

    // Renaming would put a file in the place of the device.
    private bool IsDevice => Path.GetDirectoryName(_path) == "/dev";

    /// <summary>Makes sure that there is a place for it.</summary>
    /// <param name="shown">Its path as the user wrote it.</param>
    /// <param name="path">Its whole path.</param>
    /// <param name="overwrite">Whether one that is there already may go.</param>
    /// <exception cref="CliException">There is none.</exception>
    public static NewFile At(string shown, string path, bool overwrite)
    {
        var file = new NewFile(shown, path, overwrite);
        if (Directory.Exists(path))
            throw new CliException(ExitCodes.Usage, $"{shown} is a folder; name a file in it, as {Path.Combine(shown, "mcp-sse.toml")}.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new CliException(ExitCodes.Usage, $"there is no folder for {shown}; make it first, or name another file.");
        if (!overwrite && !file.IsDevice && File.Exists(path))
            throw new CliException(ExitCodes.Usage, $"{shown} is there already; name another file with --output, or overwrite it with --force.");
        return file;
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="CliException">It cannot be written; what was there is untouched.</exception>
    public void Write(string text)
    {
        try
        {
            var bytes = Strict.GetBytes(text);
            if (IsDevice)
                File.WriteAllBytes(_path, bytes);
            else
                Replace(bytes);
        }
        catch (EncoderFallbackException)
        {
            throw new CliException(ExitCodes.Usage, "a value holds half a character, which no file can hold; write it anew.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failed, $"{_shown} cannot be written: {fault.Message.Split(" : '")[0]}.");
        }
    }

    private void Replace(byte[] bytes)
    {
        // Where a link leads elsewhere, the file there is the one that is meant.
        var target = File.Exists(_path) ? File.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName ?? _path : _path;
        var beside = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, target, _overwrite);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
