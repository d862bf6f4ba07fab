using System.Text;
using Microsoft.Win32.SafeHandles;

namespace McpSseActors.Cli;

/// <summary>
/// The process's standard output. On Unix <see cref="Console"/> hides that a pipe's reader has gone, and a tool that writes forever would
/// never end; a plain file stream tells.
/// </summary>
internal static class StandardOutput
{
    private const int LongestWhole = 16 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static TextWriter Open()
    {
        if (OperatingSystem.IsWindows())
            return Console.Out;
        if (!Console.IsOutputRedirected)
            return Whole(Console.OpenStandardOutput());
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file stream keeps its own position, which is wrong for a file that others append to as well.
        return stream.CanSeek ? Whole(Console.OpenStandardOutput()) : Whole(stream);
    }

    // The console's own writer cuts what is longer than 256 characters, and a line of the log may come between the pieces.
    private static StreamWriter Whole(Stream stream) => new(stream, Utf8, LongestWhole) { AutoFlush = true };
}
