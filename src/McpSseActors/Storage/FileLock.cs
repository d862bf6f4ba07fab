namespace McpSseActors.Storage;

/// <summary>Keeps other processes from a file, by a lock file beside it. The system releases it when the process ends.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="holder">Names the process that holds it, if one does.</param>
    /// <exception cref="PositionStoreException">Another process holds it.</exception>
    public static FileLock Take(string path, string content, Func<string> holder)
    {
        var beside = path + ".lock";
        try
        {
            // Only FileShare.None keeps out a second writer on Unix.
            return new FileLock(new FileStream(beside, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            throw new PositionStoreException($"{path} is used by {holder()}. Only one process can use a file of {content}: stop that one, or give this one another file.");
        }
    }

    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeld(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);

    public void Dispose() => _file.Dispose();
}
