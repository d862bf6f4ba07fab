using System.Text;
using McpSseActors.Sse;

namespace McpSseActors.Cli.Recording;

/// <summary>Finds where a client goes on that has the events up to an ID. Reads the recording from its beginning, and keeps nothing of it.</summary>
internal static class ResumeSearch
{
    private const int LongestEvent = 16 * 1024 * 1024;

    /// <summary>Behind the first event with that ID; at the next connection, where this one had no whole event any more. Null for an unknown ID.</summary>
    public static ReplayPosition? Find(RecordingFile recording, string lastEventId)
    {
        var wanted = Encoding.UTF8.GetBytes(lastEventId);
        for (var index = 0; index < recording.Connections.Length; index++)
        {
            if (Find(recording, index, wanted) is { } found)
                return found;
        }

        return null;
    }

    private static ReplayPosition? Find(RecordingFile recording, int index, byte[] wanted)
    {
        ReplayPosition? found = null;
        var seen = 0L;
        var events = new Counter();
        var eventsBefore = 0;
        var decoder = new SseDecoder(LongestEvent);
        var cursor = new StreamCursor();
        foreach (var data in recording.Read(recording.Connections[index]).OfType<RecordingEntry.Data>())
        {
            foreach (var end in LineEnds(data.Bytes))
            {
                var version = cursor.Version;
                decoder.Read(data.Bytes.AsSpan(end.Start, end.Length), cursor, ref events);
                seen += end.Length;
                if (found is null && cursor.Version != version && cursor.LastEventId.SequenceEqual(wanted))
                    (found, eventsBefore) = (new ReplayPosition(index, seen, data.At), events.Count);
                else if (found is not null && events.Count > eventsBefore)
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

    private sealed class Counter : ISseSink
    {
        public int Count { get; private set; }

        public void OnEvent(in SseEvent received) => Count++;

        public void OnComment(ReadOnlySpan<byte> comment)
        {
            // Nobody resumes behind one.
        }

        public void OnOversized() => Count++;
    }
}
