using System.Runtime.InteropServices;

namespace McpSseActors.Cli.Output;

/// <summary>The reader at the other end of standard output, if that is a pipe.</summary>
internal static class PipeReader
{
    private const int StandardOutput = 1;
    private const short Error = 0x08;
    private const short HangUp = 0x10;

    /// <summary>Tells whether the reader has closed the pipe, without a write. False if that cannot be known.</summary>
    public static bool HasGone()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return false;
        var asked = new PollFd { Descriptor = StandardOutput };
        return Poll(ref asked, 1, timeout: 0) > 0 && (asked.Told & (Error | HangUp)) != 0;
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollFd asked, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Told;
    }
}
