namespace McpSseActors.Benchmarks.Micro;

/// <summary>What one run of a benchmark works through. Without such a parameter, a run is one event.</summary>
public interface ILoad
{
    /// <summary>Events of one run.</summary>
    int Events { get; }

    /// <summary>Bytes of one run, as they come from the network.</summary>
    long Bytes { get; }
}
