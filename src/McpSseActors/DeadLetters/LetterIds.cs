namespace McpSseActors.DeadLetters;

/// <summary>Makes IDs of letters that sort in the order in which they were made, also within a millisecond.</summary>
internal static class LetterIds
{
    private const int MostOfOneMillisecond = 1 << 12;

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

    // A clock that is set back must not change the order.
    private static long Number(long milliseconds)
    {
        lock (Gate)
            return _last = Math.Max(_last + 1, milliseconds * MostOfOneMillisecond);
    }
}
