using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace McpSseActors.Events;

/// <summary>
/// Tells an event apart from all others by the hashes of its ID, and of its type and data. Every stream keeps many; the second hash matters only if a
/// server uses an ID twice, so that half of it is enough.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
internal readonly record struct Fingerprint(ulong Id, uint Content)
{
    public static Fingerprint Of(EventBuffer events, int index) => new(
        XxHash3.HashToUInt64(events.Id(index)),
        (uint)XxHash3.HashToUInt64(events.Data(index), string.GetHashCode(events.Type(index), StringComparison.Ordinal)));
}
