using System.Globalization;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.TestServer.Events;

/// <summary>The events of all types in their order, and the cursors into them: the epoch of the server and the number of an event.</summary>
internal sealed class EventHistory(EventLog log, string epoch, TimeProvider time)
{
    public EventLog Log => log;

    /// <summary>The cursor after an event, as JSON; null for a type that cannot be replayed.</summary>
    public string CursorAt(long position, ServedEventType type) => type.HasReplay ? Json.Of(string.Create(CultureInfo.InvariantCulture, $"{epoch}.{position}")) : "null";

    /// <summary>Where a client goes on, and whether that is later than it asked for.</summary>
    public (long Position, bool IsTruncated) Resolve(ServedEventType type, string? cursor, long? maxAge)
    {
        if (cursor is null || !type.HasReplay)
            return (log.Newest, false);
        var oldest = log.Oldest;
        var isKept = NumberOf(cursor) is { } number && number >= oldest;
        var position = isKept ? NumberOf(cursor)!.Value : oldest;
        var young = YoungerThan(maxAge, position);
        return (young, !isKept || young > position);
    }

    private long? NumberOf(string cursor) => cursor.Split('.') is [var of, var digits] && of == epoch
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= log.Newest ? number : null;

    private long YoungerThan(long? maxAge, long position)
    {
        if (maxAge is not { } age)
            return position;
        var since = time.GetUtcNow() - TimeSpan.FromMilliseconds(age);
        while (log.After(position).Next is { } next && next.Time < since)
            position = next.Number;
        return position;
    }
}
