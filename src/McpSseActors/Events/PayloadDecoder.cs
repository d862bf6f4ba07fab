using McpSseActors.Messages;

namespace McpSseActors.Events;

/// <summary>Decodes the payloads of those types that have a mapping; remembers a bounded number of types.</summary>
internal sealed class PayloadDecoder(IReadOnlyList<PayloadMapping> mappings, Subscription subscription, int maxTypes)
{
    private const int LongestRemembered = 256;

    private readonly Dictionary<string, PayloadMapping?> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the events of a type have payloads to be decoded.</summary>
    public bool IsMapped(string type) => mappings.Count > 0 && Find(type) is not null;

    /// <summary>Gives the event with its payload, or as it is when its type has no mapping.</summary>
    /// <param name="received">The event.</param>
    /// <param name="rejected">Says so when its payload does not fit; the event is then given as it is.</param>
    public McpEvent Decode(McpEvent received, out PayloadRejected? rejected)
    {
        rejected = null;
        if (mappings.Count == 0 || Find(received.EventType) is not { } mapping)
            return received;
        var (typed, reason) = mapping.Decode(received);
        if (typed is null)
            rejected = new PayloadRejected(received, mapping.PayloadType.ToString(), reason);
        return typed ?? received;
    }

    // What subscribed_events leaves out reaches nobody, so its payload is nobody's matter.
    private PayloadMapping? Find(string type)
    {
        if (_known.TryGetValue(type, out var mapping))
            return mapping;
        mapping = subscription.Includes(type) ? mappings.FirstOrDefault(m => m.Pattern.Matches(type)) : null;
        if (_known.Count < maxTypes && type.Length <= LongestRemembered)
            _known.Add(type, mapping);
        return mapping;
    }
}
