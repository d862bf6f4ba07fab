namespace McpSseActors.Cli;

/// <summary>What the process tells its caller. The root command's help shows the same list.</summary>
internal static class ExitCodes
{
    /// <summary>All went well, or the user ended it.</summary>
    public const int Ok = 0;

    /// <summary>The run or the test failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is faulty; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The list for the help.</summary>
    public static readonly (int Code, string Meaning)[] All =
    [
        (Ok, "success, or you ended the command"),
        (Failed, "the run or the test failed"),
        (Usage, "the command line or the configuration is invalid"),
    ];
}
