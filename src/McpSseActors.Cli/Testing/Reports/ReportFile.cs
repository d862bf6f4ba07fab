using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Testing.Reports;

/// <summary>The file of a report.</summary>
internal static class ReportFile
{
    /// <summary>Says so before the test when the file cannot be written after it.</summary>
    /// <exception cref="CliException">The folder does not exist, or the path is a folder.</exception>
    public static string Prepare(string path, CliEnvironment environment)
    {
        var full = Path.GetFullPath(path, environment.Directory);
        if (Directory.Exists(full))
            throw new CliException(ExitCodes.Usage, $"--report {path}: this is a folder; specify a file.");
        return Directory.Exists(Path.GetDirectoryName(full))
            ? full
            : throw new CliException(ExitCodes.Usage, $"--report {path}: the folder does not exist; create it, or specify another file.");
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
            throw new CliException(ExitCodes.Failed, $"cannot write the report: {fault.Message}; free some space, or specify another file with --report.");
        }
    }
}
