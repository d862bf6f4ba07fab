namespace McpSseActors.TestServer.Recording;

/// <summary>What the first line of a recording says.</summary>
/// <param name="Url">The server, without what may be secret.</param>
/// <param name="Transport">How it was spoken to.</param>
/// <param name="Started">When the recording began.</param>
public sealed record RecordingHeader(string Url, string Transport, DateTimeOffset Started);

/// <summary>How a connection ended.</summary>
public enum RecordedEnd
{
    /// <summary>The server ended it cleanly.</summary>
    Ended,

    /// <summary>It broke.</summary>
    Lost,

    /// <summary>We hung up.</summary>
    Closed,
}

/// <summary>One line of a recording that matters to a player.</summary>
/// <param name="At">When it was, from the beginning of the recording.</param>
/// <param name="Connection">The connection's number, from 1.</param>
public abstract record RecordingEntry(TimeSpan At, int Connection)
{
    /// <summary>The server accepted.</summary>
    public sealed record Open(TimeSpan At, int Connection) : RecordingEntry(At, Connection);

    /// <summary>Bytes, as they came.</summary>
    public sealed record Data(TimeSpan At, int Connection, byte[] Bytes) : RecordingEntry(At, Connection);

    /// <summary>The connection's end.</summary>
    public sealed record End(TimeSpan At, int Connection, RecordedEnd How) : RecordingEntry(At, Connection);
}
