namespace McpSseActors.Actors.Router;

/// <summary>
/// Bounds what waits for the statistics. The batch at which they are asked is not handled before they have counted it and all before it. To ask them
/// at each short chunk would cost more than to count it, so that several count as one.
/// </summary>
/// <param name="chunkSize">The length of a chunk.</param>
internal sealed class UncountedBatches(int chunkSize)
{
    private const int MostShort = 16;

    private long _bytes = chunkSize;

    /// <summary>Adds a batch.</summary>
    /// <returns>Whether the statistics are to be asked.</returns>
    public bool Add(EventBatch batch)
    {
        _bytes += batch.Chunks > 1 ? chunkSize : batch.Bytes + (chunkSize / MostShort);
        if (_bytes < chunkSize)
            return false;
        _bytes = 0;
        return true;
    }
}
