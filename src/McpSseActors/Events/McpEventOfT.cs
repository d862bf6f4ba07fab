using Akka.Actor;
using McpSseActors.Events;

namespace McpSseActors;

/// <summary>
/// An event whose payload was decoded, since its type is mapped to <typeparamref name="T"/>. It is an <see cref="McpEvent"/> as well, so who
/// receives that gets it too. Where it leaves the process it travels as a plain <see cref="McpEvent"/>.
/// </summary>
/// <typeparam name="T">The type of the payload.</typeparam>
public sealed class McpEvent<T> : McpEvent, INoSerializationVerificationNeeded
    where T : notnull
{
    /// <summary>Creates one from an event and its payload, for tests; the library creates those that a stream delivers.</summary>
    /// <param name="received">The event as it came.</param>
    /// <param name="payload">Its payload. All handlers get the same one, at the same time: it must not be changed.</param>
    public McpEvent(McpEvent received, T payload)
        : base(received) => Payload = payload;

    internal McpEvent(EventOrigin origin, string eventType, ReadOnlySpan<byte> utf8Data, ReadOnlySpan<byte> utf8LastId, bool hasId, T payload)
        : base(origin, eventType, utf8Data, utf8LastId, hasId) => Payload = payload;

    /// <summary>Gets the payload. All handlers get the same one, at the same time: do not change it.</summary>
    public T Payload { get; }
}
