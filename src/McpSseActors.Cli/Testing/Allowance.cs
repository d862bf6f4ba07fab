namespace McpSseActors.Cli.Testing;

/// <summary>The time that there is for a diagnosis, of which no step takes more than its share.</summary>
internal sealed class Allowance(TimeSpan whole, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>What is left.</summary>
    public TimeSpan Left => whole - time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>A share of what is left, and no more than a limit.</summary>
    public TimeSpan Share(double part, TimeSpan limit) => Left * part < limit ? Left * part : limit;
}
