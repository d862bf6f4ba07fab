namespace McpSseActors.Tests.Support;

/// <summary>The folder of a test.</summary>
internal static class TestFolder
{
    /// <summary>Deletes it. A database may just be closing a file in it, for a call that its host has given up.</summary>
    public static void Delete(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }
    }
}
