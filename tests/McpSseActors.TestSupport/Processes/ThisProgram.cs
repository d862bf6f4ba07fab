using System.Diagnostics;

namespace McpSseActors.TestSupport.Processes;

/// <summary>This program in a second process.</summary>
public static class ThisProgram
{
    /// <summary>How it is started, with its input and output redirected.</summary>
    /// <param name="processors">The processors that it may run on, as <c>taskset</c> names them; null for all.</param>
    /// <param name="arguments">Its command line.</param>
    public static ProcessStartInfo With(string? processors, params string[] arguments)
    {
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
            : [Environment.ProcessPath!];
        string[] line = [.. processors is null ? [] : (string[])["taskset", "-c", processors], .. program, .. arguments];
        return new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
    }
}
