using System.Diagnostics;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// The one seam to the network: makes one exchange with a server and yields the bytes of its event stream. Used for a single attempt,
/// by one caller at a time; disposing it, at any moment, ends whatever is under way.
/// </summary>
internal interface IEventTransport : IDisposable
{
    /// <summary>Sends the request and waits for the answer's head.</summary>
    /// <returns><see cref="AttemptOutcome.Opened"/>, or why it was not.</returns>
    Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation);

    /// <summary>Waits for bytes. Takes a buffer from the pool only once there are some.</summary>
    /// <returns>The bytes; the default at the clean end of the stream.</returns>
    ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation);

    /// <summary>Takes leave of the server: there will be no other attempt.</summary>
    Task CloseAsync(CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>What an attempt starts from.</summary>
/// <param name="Url">The address, after earlier permanent redirects.</param>
/// <param name="Position">Where to resume.</param>
/// <param name="Span">The attempt's span, under which the request is sent; null without one.</param>
internal sealed record OpenRequest(Uri Url, StreamPosition Position, Activity? Span = null);
