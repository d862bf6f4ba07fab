namespace McpSseActors.Events;

/// <summary>The mappings of a stream; remembers which of them a type has, for a bounded number of types.</summary>
internal sealed class PayloadMappings(IReadOnlyList<PayloadMapping> mappings, Subscription subscription, int maxTypes)
{
    private const int LongestRemembered = 256;

    private Dictionary<string, PayloadMapping?> Known => field ??= new(StringComparer.Ordinal);

    /// <summary>How the payloads of a type are read; null for a type without a mapping.</summary>
    public PayloadMapping? Find(string type)
    {
        if (mappings.Count == 0)
            return null;
        if (Known.TryGetValue(type, out var mapping))
            return mapping;
        // What subscribed_events excludes reaches no handler, so its payload is not read.
        mapping = subscription.Includes(type) ? mappings.FirstOrDefault(m => m.Pattern.Matches(type)) : null;
        if (Known.Count < maxTypes && type.Length <= LongestRemembered)
            Known.Add(type, mapping);
        return mapping;
    }
}
