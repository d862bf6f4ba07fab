using System.Diagnostics;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// Connects to a server once and yields the chunks of its event stream. Used for a single attempt, by one caller at a
/// time. Disposing it, at any moment, cancels whatever is running.
/// </summary>
internal interface IEventTransport : IDisposable
{
    /// <summary>Sends the request and waits for the headers of the response.</summary>
    /// <returns><see cref="AttemptOutcome.Opened"/>, or the reason for the failure.</returns>
    Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation);

    /// <summary>Waits for a chunk. Rents a buffer only when bytes have arrived.</summary>
    /// <returns>The chunk; the default at the clean end of the stream.</returns>
    ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation);

    /// <summary>Gets whether the transport itself finds out that the server is silent for too long.</summary>
    bool IsWatchful => false;

    /// <summary>Learns from a fault of <see cref="ReadAsync"/> for the next attempts.</summary>
    void Note(Exception fault)
    {
    }

    /// <summary>Ends the session on the server, because no other attempt follows.</summary>
    Task CloseAsync(CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>What an attempt starts from.</summary>
/// <param name="Url">The address, after earlier permanent redirects.</param>
/// <param name="Position">Where to resume.</param>
/// <param name="Span">The span of the attempt, the parent of the request's; null without one.</param>
internal sealed record OpenRequest(Uri Url, StreamPosition Position, Activity? Span = null);
