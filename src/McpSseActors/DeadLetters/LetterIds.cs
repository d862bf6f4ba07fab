using System.Buffers.Binary;

namespace McpSseActors.DeadLetters;

/// <summary>Makes IDs of letters that sort in the order in which they were made, also within a millisecond.</summary>
internal static class LetterIds
{
    private const int MostOfOneMillisecond = 1 << 12;

    /// <summary>No clock is that far ahead, in the year 3000.</summary>
    private static readonly long Latest = new DateTimeOffset(3000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly Lock Gate = new();
    private static long _last;

    /// <summary>Makes an ID: a GUID of version 7, whose random bits after the time count (RFC 9562, 6.2, method 1).</summary>
    public static string Next(DateTimeOffset now)
    {
        var made = Number(now.ToUnixTimeMilliseconds());
        var id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(made / MostOfOneMillisecond)).ToByteArray(bigEndian: true);
        var count = (int)(made % MostOfOneMillisecond);
        id[6] = (byte)(0x70 | (count >> 8));
        id[7] = (byte)count;
        return new Guid(id, bigEndian: true).ToString();
    }

    /// <summary>Lets what is made from now on sort after an ID of a former process, whose clock may have been ahead.</summary>
    public static void Follow(string id)
    {
        if (!Guid.TryParse(id, out var former) || former.Version != 7)
            return;
        var bytes = former.ToByteArray(bigEndian: true);
        var milliseconds = (BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16) & 0xFFFF_FFFF_FFFF;
        if (milliseconds > Latest)
            return;
        var made = (milliseconds * MostOfOneMillisecond) + ((bytes[6] & 0x0F) << 8) + bytes[7];
        lock (Gate)
            _last = Math.Max(_last, made);
    }

    // A clock that is set back must not change the order.
    private static long Number(long milliseconds)
    {
        lock (Gate)
            return _last = Math.Max(_last + 1, milliseconds * MostOfOneMillisecond);
    }
}
