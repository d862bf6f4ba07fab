namespace McpSseActors.Cli.Testing.Reports;

/// <summary>Writes a report to a file: the whole of it or nothing.</summary>
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

    /// <summary>Writes it beside its place first, and puts it there when all of it is on the disk.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        var draft = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            if (IsDevice(target))
            {
                File.WriteAllText(target, text);
                return;
            }

            File.WriteAllText(draft, text);
            File.Move(draft, target, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            var reason = fault.Message.Replace(draft, path, StringComparison.Ordinal).TrimEnd('.');
            throw new CliException(ExitCodes.Failed, $"the report cannot be written: {reason}; make room, or name another file after --report.");
        }
    }

    // Written to, and not replaced.
    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal);
}
