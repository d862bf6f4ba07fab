using System.Text;

namespace McpSseActors.Cli.Output;

/// <summary>Writes a file whole or not at all.</summary>
internal static class WholeFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes it beside its place first, and puts it there when all of it is on the disk. A device is written to.</summary>
    /// <param name="path">The whole path.</param>
    /// <param name="text">What will be in it.</param>
    /// <param name="overwrite">Whether a file that is there may go.</param>
    /// <exception cref="EncoderFallbackException">The text has half a character.</exception>
    /// <exception cref="IOException">It cannot be written; says why in a few words, and what was there is untouched.</exception>
    public static void Write(string path, string text, bool overwrite)
    {
        var bytes = Strict.GetBytes(text);
        try
        {
            if (IsDevice(path))
                File.WriteAllBytes(path, bytes);
            else
                Replace(path, bytes, overwrite);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The path that follows may be that of the draft.
            throw new IOException(fault.Message.Split(" : '")[0].TrimEnd('.'), fault);
        }
    }

    /// <summary>Whether it is a device: renaming would put a file in its place. Shared memory has files.</summary>
    public static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static void Replace(string path, byte[] bytes, bool overwrite)
    {
        // Where a link leads elsewhere, the file there is the one that is meant.
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        var draft = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            // What only its owner could read stays so.
            if (!OperatingSystem.IsWindows() && File.Exists(target))
                File.SetUnixFileMode(draft, File.GetUnixFileMode(target));
            File.Move(draft, target, overwrite);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
