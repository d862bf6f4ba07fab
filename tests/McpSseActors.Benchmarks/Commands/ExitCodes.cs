namespace McpSseActors.Benchmarks.Commands;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>All was measured, and every event was what the server sent.</summary>
    public const int Measured = 0;

    /// <summary>A client saw something else than what was sent, something could not be measured, or a figure is not what it must be.</summary>
    public const int Failed = 1;
}
