namespace McpSseActors.Benchmarks.Micro;

/// <summary>An event stream in memory, in the pieces in which it arrives.</summary>
/// <param name="Name">What is in it.</param>
/// <param name="Events">How many events.</param>
/// <param name="Pieces">The bytes; each read gives one piece.</param>
public sealed record ByteLoad(string Name, int Events, IReadOnlyList<byte[]> Pieces) : ILoad
{
    /// <inheritdoc/>
    public long Bytes { get; } = Pieces.Sum(piece => (long)piece.Length);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
