using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>
/// Hashes types and data of events, in their order. The data hold a number, so they tell which event it is. It is the same work for every client; of
/// text the UTF-16 is hashed, since nobody should have to encode it for us.
/// </summary>
internal struct ContentHash
{
    private const ulong Prime = 0x9E3779B185EBCA87;

    private ulong _hash;

    /// <summary>How many events were added.</summary>
    public long Events { get; private set; }

    /// <summary>The hash of one event alone.</summary>
    public static ulong Of(string type, ReadOnlySpan<byte> data) =>
        (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(type.AsSpan())) * Prime) + XxHash3.HashToUInt64(data);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{byte})"/>
    public static ulong Of(string type, ReadOnlySpan<char> data) => Of(type, MemoryMarshal.AsBytes(data));

    public void Add(string type, ReadOnlySpan<byte> data) => Add(Of(type, data));

    public void Add(string type, ReadOnlySpan<char> data) => Add(Of(type, data));

    /// <summary>Adds an event by its hash alone.</summary>
    public void Add(ulong hash)
    {
        _hash = (_hash * Prime) + hash;
        Events++;
    }

    /// <summary>All that was added.</summary>
    /// <param name="of">Of what it was a part.</param>
    public readonly Seen ToSeen(string of) => new(of, Events, _hash);
}

/// <summary>What a client saw, or should see, of a stream.</summary>
/// <param name="Of">The part of the stream.</param>
/// <param name="Events">How many events.</param>
/// <param name="Hash">Their hash, in order.</param>
internal sealed record Seen(string Of, long Events, ulong Hash)
{
    public override string ToString() => $"{Events} events of {Of} (hash {Hash:x16})";
}
