namespace McpSseActors.Soak.Fuzz;

/// <summary>Tries the decoder, on every processor.</summary>
internal sealed class DecoderFuzz(ulong seed, long total, Failures failures) : IFuzz
{
    private const int Batch = 1000;

    private long _taken;
    private long _done;
    private long _literal;

    public string Name => "decoder";

    public long Total => total;

    public long Done => Volatile.Read(ref _done);

    public IEnumerable<Tallied> Tally =>
    [
        new("in one piece and cut anywhere", Done, seed),
        new("also held against the standard", Volatile.Read(ref _literal), seed),
    ];

    public Task RunAsync(CancellationToken ending) => Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount)
        .Select(_ => Task.Factory.StartNew(() => Work(ending), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private void Work(CancellationToken ending)
    {
        var tries = new DecoderCase();
        while (!ending.IsCancellationRequested && Interlocked.Add(ref _taken, Batch) - Batch is var first && first < total)
        {
            var count = (int)Math.Min(Batch, total - first);
            var literal = tries.Literal;
            for (var i = 0; i < count; i++)
                tries = Try(tries, seed + (ulong)(first + i));
            Interlocked.Add(ref _literal, tries.Literal - literal);
            Interlocked.Add(ref _done, count);
        }
    }

    private DecoderCase Try(DecoderCase tries, ulong one)
    {
        try
        {
            tries.Try(one);
            return tries;
        }
        catch (Exception fault)
        {
            failures.Add("--decoder 1 --http 0", one, fault is FuzzException ? fault.Message : fault.ToString(), tries.Input(one));
            // A decoder that threw in the middle proves nothing any more.
            return new DecoderCase();
        }
    }
}
