namespace McpSseActors.Soak.Commands;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Everything held.</summary>
    public const int Held = 0;

    /// <summary>Something did not hold, or could not be done.</summary>
    public const int Broke = 1;
}
