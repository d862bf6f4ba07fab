namespace McpSseActors.Actors.Router;

/// <summary>
/// How many chunks the connection may read at a time: more than one once the events of a read spread over many handlers. Each of those needs a
/// message and a turn for each read, and a longer one has several events for it. With few handlers, long reads are slower, as they leave the caches.
/// </summary>
/// <param name="chunkSize">The length of a chunk.</param>
internal sealed class ReadLength(int chunkSize)
{
    private const int MostBytes = 1024 * 1024;
    private const int MostChunks = 16;
    private const int ManyHandlers = 64;
    private const int FewHandlers = 16;

    /// <summary>With fewer events for each handler, longer reads are worth it.</summary>
    private const int FewEvents = 8;

    /// <summary>With more, reads of half the length will do. The gap between the two keeps the length from swinging.</summary>
    private const int ManyEvents = 32;

    private readonly int _longest = Math.Clamp(MostBytes / chunkSize, 1, MostChunks);

    /// <summary>Gets the chunks of a read.</summary>
    public int Chunks { get; private set; } = 1;

    /// <summary>Doubles or halves it, as a batch shows.</summary>
    /// <param name="events">The events that went to handlers.</param>
    /// <param name="handlers">The handlers that got some of them; zero if the batch was split.</param>
    /// <param name="given">The events once more, each counted for every handler that got it.</param>
    public void Judge(int events, int handlers, int given)
    {
        var isSpread = handlers >= ManyHandlers && events >= handlers / 2 && given < handlers * FewEvents;
        if (isSpread)
            Chunks = Math.Min(_longest, Chunks * 2);
        else if (handlers < FewHandlers || given > handlers * ManyEvents)
            Chunks = Math.Max(1, Chunks / 2);
    }
}
