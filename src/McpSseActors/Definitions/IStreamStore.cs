namespace McpSseActors;

/// <summary>
/// Stores the streams, and changes of subscriptions, that were made at run time with <c>Persist</c>, so that they come back after a restart. Built in
/// are a file and a database; implement this to use another store. The calls of one host do not overlap, unless one takes longer than 10 s.
/// </summary>
public interface IStreamStore : IAsyncDisposable
{
    /// <summary>Gets everything that is stored; called when the host starts.</summary>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The streams.</returns>
    Task<IReadOnlyCollection<StoredStream>> LoadAsync(CancellationToken cancellation);

    /// <summary>Stores a stream; one of the same name is replaced.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>A task that completes when the stream is stored.</returns>
    Task SaveAsync(StoredStream stream, CancellationToken cancellation);

    /// <summary>Removes a stream; does nothing if it is not stored.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>A task that completes when the stream is removed.</returns>
    Task RemoveAsync(string stream, CancellationToken cancellation);
}

/// <summary>A stream as it is stored.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Definition">Its options: JSON that only this library reads. It holds no secret.</param>
public sealed record StoredStream(string Stream, string Definition);
