using System.Text;
using Akka.Actor;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Router;

/// <summary>What a handler was doing when it threw: its actor keeps the message until it is restarted.</summary>
/// <param name="Text">The event, for the log: its ID and type, never its data.</param>
/// <param name="Left">The events of its batch that it did not come to.</param>
/// <param name="ReceivedAt">When its event or batch was received; null for another message.</param>
internal sealed record FailedWork(string Text, int Left = 0, DateTimeOffset? ReceivedAt = null)
{
    /// <summary>The event or the batch that it was given; null for another message.</summary>
    public object? Message { get; private init; }

    private const int MostBytesOfId = 1024;

    public static FailedWork Of(IActorRef handler) => ((handler as ActorRefWithCell)?.Underlying as ActorCell)?.CurrentMessage switch
    {
        McpEvent received => new(Describe(received.Utf8Id, received.EventType), ReceivedAt: received.Timestamp) { Message = received },
        McpEventBatch batch => Of(batch) with { Message = batch },
        { } other => new($"a {other.GetType().Name}"),
        null => new("an unknown message"),
    };

    private static FailedWork Of(McpEventBatch batch)
    {
        var left = batch.CountLeft();
        var text = batch.TryGetCurrent(out var current)
            ? Describe(current.Utf8EventId, current.EventType) + (left > 0 ? $", and did not come to {left} more of its batch" : "")
            : $"a batch of {batch.Count}, of which {left} count as not handled";
        return new(text, left, batch.ReceivedAt);
    }

    private static string Describe(ReadOnlySpan<byte> id, string type)
    {
        var shown = id.IsEmpty ? "an event" : $"event {Redact.Line(Encoding.UTF8.GetString(id[..Math.Min(id.Length, MostBytesOfId)]))}";
        return $"{shown} of type {Redact.Line(type)}";
    }
}
