namespace McpSseActors.Actors.Router;

/// <summary>An event that was given up and is not kept as a dead letter yet.</summary>
/// <param name="delivery">What its batch waits for.</param>
internal sealed class GivenUp(Delivery delivery)
{
    private BatchInFlight? _held;

    public Delivery Delivery => delivery;

    /// <summary>What waits until it is kept; null for nothing.</summary>
    public Action? Then { get; set; }

    /// <summary>The stream goes on while the letter waits for its store: of all, only the position stays before the event.</summary>
    /// <param name="position">The position.</param>
    /// <returns>
    /// False if it must not: a sender that is told that its event is handled does not send it again, nor does a server that has not been told an ID.
    /// </returns>
    public bool Hold(HandledPosition? position)
    {
        if (delivery.Batch is not { } batch)
            return _held is null;
        if (batch.Redelivery is not null || batch.Chunk.Receipt is not null
            || (position is { IsAtStart: true, IsFrozen: false } && batch.Position.LastEventId.Length > 0))
            return false;
        _held = batch;
        batch.LettersToKeep++;
        return true;
    }

    /// <summary>It is kept.</summary>
    public void Release() => _held?.LettersToKeep -= 1;

    /// <summary>What waits goes on.</summary>
    public void GoOn()
    {
        Then?.Invoke();
        Then = null;
    }
}
