using System.IO.Hashing;

namespace McpSseActors.Events;

/// <summary>Tells an event apart from all others by the hashes of its ID, and of its type and data.</summary>
internal readonly record struct Fingerprint(ulong Id, ulong Content)
{
    public static Fingerprint Of(EventBuffer events, int index) => new(
        XxHash3.HashToUInt64(events.Id(index)),
        XxHash3.HashToUInt64(events.Data(index), string.GetHashCode(events.Type(index), StringComparison.Ordinal)));
}
