using McpSseActors.TestServer.Recording;

namespace McpSseActors.TestServer.Replay;

/// <summary>Where a client goes on.</summary>
/// <param name="Connection">The connection, from 0.</param>
/// <param name="Skip">How many of its bytes the client has.</param>
/// <param name="From">Since when it waits.</param>
internal sealed record ReplayPosition(int Connection, long Skip, TimeSpan From);

/// <summary>Finds where a client goes on that has the events up to an ID. Reads the recording from its beginning, and keeps nothing of it.</summary>
internal static class ResumeSearch
{
    /// <summary>After the first event with that ID, or at the next connection if this one has no complete event left. Null for an unknown ID.</summary>
    public static ReplayPosition? Find(RecordingFile recording, string lastEventId)
    {
        for (var index = 0; index < recording.Connections.Length; index++)
        {
            if (Find(recording, index, lastEventId) is { } found)
                return found;
        }

        return null;
    }

    private static ReplayPosition? Find(RecordingFile recording, int index, string wanted)
    {
        ReplayPosition? found = null;
        var seen = 0L;
        var eventsBefore = 0;
        var client = new LastEventIdTracker();
        foreach (var data in recording.Read(recording.Connections[index]).OfType<RecordingEntry.Data>())
        {
            foreach (var end in LineEnds(data.Bytes))
            {
                var updates = client.Updates;
                client.Read(data.Bytes.AsSpan(end.Start, end.Length));
                seen += end.Length;
                if (found is null && client.Updates != updates && client.LastEventId == wanted)
                    (found, eventsBefore) = (new ReplayPosition(index, seen, data.At), client.Events);
                else if (found is not null && client.Events > eventsBefore)
                    return found;
            }
        }

        return found is null ? null : new ReplayPosition(index + 1, 0, TimeSpan.Zero);
    }

    // An event ends with a line, and nowhere else.
    private static IEnumerable<(int Start, int Length)> LineEnds(byte[] bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var end = bytes.AsSpan(start).IndexOfAny((byte)'\r', (byte)'\n');
            var length = end < 0 ? bytes.Length - start : end + 1;
            yield return (start, length);
            start += length;
        }
    }
}
