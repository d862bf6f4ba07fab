using Akka.Actor;
using McpSseActors.Actors.Connection;

namespace McpSseActors.Actors.Router;

/// <summary>Returns the credit of handled chunks to the connection, or holds it back, so that nothing more is read.</summary>
/// <param name="chunkSize">The length of a chunk.</param>
internal sealed class CreditReturn(int chunkSize)
{
    private readonly List<Credit> _held = [];
    private bool _isHolding;
    private Credit? _last;

    /// <summary>The connection that gets the credit.</summary>
    public IActorRef Connection { get; set; } = ActorRefs.Nobody;

    /// <summary>How many chunks the connection reads at a time.</summary>
    public ReadLength ReadLength { get; } = new(chunkSize);

    /// <summary>The chunks whose credit is held back.</summary>
    public int Held => _held.Sum(credit => credit.Chunks);

    /// <summary>Returns the credit of a chunk that is handled. What the transport made itself has none.</summary>
    public void Give(ChunkInFlight chunk)
    {
        chunk.Receipt?.Complete(!chunk.IsLost);
        if (chunk.Epoch == 0)
            return;
        if (_last is not { } credit || credit.Epoch != chunk.Epoch || credit.HadEvents != chunk.HadEvents || credit.Chunks != chunk.Chunks || credit.ChunksPerRead != ReadLength.Chunks)
            _last = credit = new Credit(chunk.Epoch, chunk.HadEvents, chunk.Chunks, ReadLength.Chunks);
        if (_isHolding)
            _held.Add(credit);
        else
            Connection.Tell(credit);
    }

    /// <summary>Begins or ends to hold credit back.</summary>
    public void Hold(bool isHolding)
    {
        _isHolding = isHolding;
        foreach (var credit in _held)
            Connection.Tell(credit);
        _held.Clear();
    }
}
