namespace McpSseActors.Soak.Fuzz;

/// <summary>One kind of input, tried many times. Input i is made from the seed plus i, so that each can be repeated alone.</summary>
internal interface IFuzz
{
    string Name { get; }

    long Total { get; }

    /// <summary>How many were tried so far.</summary>
    long Done { get; }

    /// <summary>What happened how often.</summary>
    IEnumerable<Tallied> Tally { get; }

    Task RunAsync(CancellationToken ending);
}

/// <summary>One thing that happened.</summary>
/// <param name="What">What it was.</param>
/// <param name="Times">How often it happened.</param>
/// <param name="FirstSeed">With which seed first.</param>
internal sealed record Tallied(string What, long Times, ulong FirstSeed);
