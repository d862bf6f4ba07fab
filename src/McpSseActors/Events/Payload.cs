namespace McpSseActors.Events;

/// <summary>A payload that was read, beside the bytes of its event, which becomes an object on demand.</summary>
internal abstract class Payload
{
    /// <summary>The same event with the payload.</summary>
    public abstract McpEvent AddTo(McpEvent received);

    /// <summary>The event with the payload.</summary>
    public abstract McpEvent ToEvent(EventOrigin origin, string eventType, ReadOnlySpan<byte> utf8Data, ReadOnlySpan<byte> utf8LastId, bool hasId);
}

/// <summary>A payload of a type.</summary>
internal sealed class Payload<T>(T value) : Payload
    where T : notnull
{
    public T Value => value;

    public override McpEvent AddTo(McpEvent received) => new McpEvent<T>(received, value);

    public override McpEvent ToEvent(EventOrigin origin, string eventType, ReadOnlySpan<byte> utf8Data, ReadOnlySpan<byte> utf8LastId, bool hasId) =>
        new McpEvent<T>(origin, eventType, utf8Data, utf8LastId, hasId, value);
}
