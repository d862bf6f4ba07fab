using System.Text;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Watch.Sources;

/// <summary>An event as one line: its texts are safe to show, and of bounded length.</summary>
/// <param name="Timestamp">When it was received.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its ID; empty where it has none.</param>
/// <param name="Data">Its data.</param>
internal sealed record WatchedEvent(DateTimeOffset Timestamp, string Type, string Id, string Data)
{
    // More than any terminal is wide.
    private const int Longest = 1000;

    public static WatchedEvent Of(McpEvent received) =>
        new(received.Timestamp, Safe(received.EventType), Safe(received.EventId ?? ""), Safe(DataOf(received)));

    // To read megabytes as JSON, again and again, would be much work for one line.
    private static string DataOf(McpEvent received) => received.Utf8Data.Length > 4 * Longest
        ? Encoding.UTF8.GetString(received.Utf8Data.Span[..(4 * Longest)])
        : Lines.DataOf(received.Data) ?? received.Text;

    private static string Safe(string text) => Lines.OneLine(text.Length > Longest ? text[..Longest] : text);
}
