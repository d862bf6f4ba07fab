using System.Text;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Router;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>How many handlers an event goes to: one of its type, and the global ones.</summary>
/// <param name="Types">How many types there are, each with a handler.</param>
/// <param name="GlobalHandlers">How many handlers get all events.</param>
public sealed record FanOut(int Types, int GlobalHandlers) : ILoad
{
    /// <summary>As many small events as a chunk of 64 KiB brings.</summary>
    private const int EventsOfBatch = 600;

    /// <summary>As many batches as are in flight at once.</summary>
    public const int Batches = 8;

    /// <summary>What is measured.</summary>
    public static IEnumerable<FanOut> All => from types in new[] { 1, 12 } from globals in new[] { 0, 1, 3 } select new FanOut(types, globals);

    /// <inheritdoc/>
    public int Events => EventsOfBatch * Batches;

    /// <inheritdoc/>
    public long Bytes => 0;

    /// <summary>One batch, to be sent again and again: it is held, so its memory never goes back to the pool.</summary>
    internal static EventBatch NewBatch(int types)
    {
        var text = new EventText();
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, EventsOfBatch).Select(_ => text.Small(types: types))));
        var builder = new BatchBuilder("benchmark", types, deliverComments: false, new PayloadMappings([], new Subscription([]), types), new StreamCursor());
        builder.Begin(DateTimeOffset.UnixEpoch, bytes.Length);
        var finds = builder.Finds;
        new SseDecoder(bytes.Length).Read(bytes, new StreamCursor(), ref finds);
        var batch = builder.Build(epoch: 1, bytes.Length, StreamPosition.Start, leftOut: default);
        batch.Events.Retain();
        return batch;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Types} type(s), {GlobalHandlers} global handler(s)";
}
