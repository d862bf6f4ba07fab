using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>Explains the keys and the words.</summary>
internal static class HelpSection
{
    private static readonly (string Word, string Meaning)[] Vocabulary =
    [
        ("in flight", "events that went to handlers and are not handled yet"),
        ("lag", "how old the oldest of them is"),
        ("left out", "by subscribed_events (filtered), or for want of a handler (unhandled)"),
        ("dropped", "duplicate: came again after a resume; oversized: longer than max_event_size; overflow: a handler that may lose events was too slow"),
    ];

    public static IEnumerable<Row> Of(int width) =>
    [
        SectionTitle.Of("keys", "any key leaves this help", width),
        .. WatchKeys.All.Select(key => Line(key.Key, new Style(decoration: Decoration.Bold), key.Meaning, width)),
        SectionTitle.Of("words", "", width),
        .. Vocabulary.Select(word => Line(word.Word, Style.Plain, word.Meaning, width)),
        .. Enum.GetValues<ConnectionState>().Select(state => Line($"{StreamTable.SignOf(state)} {state}", Palette.Of(state), MeaningOf(state), width)),
    ];

    private static Row Line(string term, Style style, string meaning, int width) =>
        new Row(width).Skip(2).Cell(term, 14, style).Add(meaning, Palette.Dim);

    private static string MeaningOf(ConnectionState state) => state switch
    {
        ConnectionState.Disabled => "enable = false: it never connects",
        ConnectionState.Idle => "not started yet",
        ConnectionState.Connecting => "a request is under way",
        ConnectionState.Connected => "events flow",
        ConnectionState.BackingOff => "lost; waits for the next attempt",
        ConnectionState.Stopped => "ended on purpose",
        _ => "ended because trying on is pointless; the reason says why",
    };
}
