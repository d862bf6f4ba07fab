using System.Text;
using Microsoft.Win32.SafeHandles;

namespace McpSseActors.Cli;

/// <summary>
/// The process's standard output. On Unix <see cref="Console"/> hides that a pipe's reader has gone, and a tool that writes for ever would
/// never end; a plain file stream tells.
/// </summary>
internal static class StandardOutput
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static TextWriter Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return Console.Out;
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file stream keeps its own position, which is wrong for a file that others append to as well.
        return stream.CanSeek ? Console.Out : new StreamWriter(stream, Utf8) { AutoFlush = true };
    }
}
