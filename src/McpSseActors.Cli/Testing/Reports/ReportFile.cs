using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Testing.Reports;

/// <summary>The file of a report.</summary>
internal static class ReportFile
{
    /// <summary>Says so before the test when the file cannot be written after it.</summary>
    /// <exception cref="CliException">There is no such folder, or the path is one.</exception>
    public static string Prepare(string path, CliEnvironment environment)
    {
        var full = Path.GetFullPath(path, environment.Directory);
        if (Directory.Exists(full))
            throw new CliException(ExitCodes.Usage, $"--report {path}: that is a folder; name a file.");
        return Directory.Exists(Path.GetDirectoryName(full))
            ? full
            : throw new CliException(ExitCodes.Usage, $"--report {path}: there is no such folder; make it, or name another file.");
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            WholeFile.Write(path, text, overwrite: true);
        }
        catch (IOException fault)
        {
            throw new CliException(ExitCodes.Failed, $"the report cannot be written: {fault.Message}; make room, or name another file after --report.");
        }
    }
}
