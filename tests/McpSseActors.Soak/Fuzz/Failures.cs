namespace McpSseActors.Soak.Fuzz;

/// <summary>An input did what it must not.</summary>
internal sealed class FuzzException(string message) : Exception(message);

/// <summary>One input that failed.</summary>
/// <param name="Command">Repeats this input alone.</param>
/// <param name="Reason">What happened.</param>
/// <param name="Base64">The input, or its beginning.</param>
internal sealed record Failure(string Command, string Reason, string Base64);

/// <summary>The inputs that failed; the first ones are kept, all are counted.</summary>
internal sealed class Failures
{
    private const int MostKept = 10;
    private const int MostBytes = 3000;

    private readonly List<Failure> _kept = [];

    public long Count { get; private set; }

    public Failure[] First
    {
        get
        {
            lock (_kept)
                return [.. _kept];
        }
    }

    public void Add(string option, ulong seed, string reason, ReadOnlySpan<byte> input)
    {
        lock (_kept)
        {
            Count++;
            if (_kept.Count < MostKept)
                _kept.Add(new Failure($"fuzz {option} --seed {seed}", reason, Convert.ToBase64String(input[..Math.Min(input.Length, MostBytes)])));
        }
    }
}
