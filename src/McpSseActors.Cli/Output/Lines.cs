using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpSseActors.Cli.Output;

/// <summary>The words of each report, for people. What is plain and what is coloured say the same.</summary>
internal static class Lines
{
    private const int TypeWidth = 20;

    /// <summary>The time, stream, type, ID and data of an event.</summary>
    public static string Of(McpEvent received, string? handler, int streamWidth = 0)
    {
        var id = received.EventId is { } known ? "#" + OneLine(known) : "-";
        var stream = streamWidth > 0 ? OneLine(received.Stream).PadRight(streamWidth) + "  " : "";
        var text = $"{Clock(received.Timestamp)}  {stream}{OneLine(received.EventType),-TypeWidth} {id,-5} ";
        return text + (handler is null ? "" : handler + ": ") + DataOf(received);
    }

    public static string Of(StreamStateChanged change)
    {
        // What broke was said when it broke.
        var why = (change.NewState, change.Attempt) switch
        {
            (ConnectionState.Connecting, > 0) => $" (attempt {change.Attempt})",
            (ConnectionState.BackingOff, _) => $", attempt {change.Attempt} in {Seconds(change.RetryIn ?? TimeSpan.Zero)}: {OneLine(change.Reason)}",
            _ => $": {OneLine(change.Reason)}",
        };
        return $"{Clock(change.Timestamp)}  {change.Stream}: {change.NewState}{why}";
    }

    public static string Of(StreamOptions stream)
    {
        var parts = new List<string> { stream.Enabled ? "enabled" : "disabled" };
        if (stream.ServerUrl.Length > 0)
            parts.Add(SecretRedactor.RedactUrl(stream.ServerUrl));
        parts.Add("transport " + stream.Transport);
        parts.Add(stream.AuthKey.Length > 0 ? "with auth key" : "no auth key");
        parts.Add(Reconnects(stream));
        parts.Add(stream.SubscribedEvents.IsEmpty ? "all events" : "events " + string.Join(" ", stream.SubscribedEvents));
        if (!stream.VerifySsl)
            parts.Add("certificate not verified");
        return $"{stream.Name}: {string.Join(", ", parts)}";
    }

    public static IEnumerable<(string Name, string Value)> Of(StreamStats stats)
    {
        yield return ("stream", $"{stats.Stream} ({stats.ServerUrl})");
        yield return ("state", stats.StateReason.Length > 0 ? $"{stats.State}: {OneLine(stats.StateReason)}" : stats.State.ToString());
        if (stats.Mcp is { Transport.Length: > 0 } mcp)
        {
            yield return ("transport", OneLine($"{mcp.Transport}, revision {mcp.ProtocolVersion}{(mcp.Server.Length > 0 ? $", {mcp.Server}" : "")}: {mcp.TransportReason}"));
            yield return ("asked for", OneLine(mcp.Requested.ToString()));
            if (mcp.Sessions + mcp.Resyncs > 0)
                yield return ("sessions", string.Create(CultureInfo.InvariantCulture, $"{mcp.Sessions} (resyncs {mcp.Resyncs})"));
        }

        yield return ("events received", string.Create(CultureInfo.InvariantCulture, $"{stats.TotalEventsReceived} ({stats.BytesReceived} bytes)"));
        yield return ("dispatched", string.Create(CultureInfo.InvariantCulture, $"{stats.Dispatched} (filtered {stats.Filtered}, unhandled {stats.Unhandled}, handler failures {stats.HandlerFailures})"));
        if (stats.Dropped.Count > 0)
            yield return ("dropped", string.Join(", ", stats.Dropped.Select(drop => $"{drop.Key} {drop.Value}")));
        yield return ("reconnects", stats.TotalReconnectAttempts.ToString(CultureInfo.InvariantCulture));
        yield return ("last event ID", stats.LastEventId is { } id ? OneLine(id) : "-");
    }

    /// <summary>The names and values of a summary as words.</summary>
    public static IEnumerable<(string Name, string Value)> Of(RunSummary summary) =>
        summary.Facts.Where(fact => fact is { Value: not null, InVerdict: false }).Select(Of);

    private static (string Name, string Value) Of(Fact fact) => (fact.Name.Replace('_', ' '), fact.Value switch
    {
        TimeSpan span => Seconds(span),
        double number => number.ToString("0.##", CultureInfo.InvariantCulture),
        IEnumerable<double> numbers => string.Join(", ", numbers.Select(number => Seconds(TimeSpan.FromSeconds(number)))),
        var other => OneLine(Convert.ToString(other, CultureInfo.InvariantCulture) ?? ""),
    });

    public static string Clock(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    public static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    /// <summary>Text of a stranger on one line: what could move the cursor, turn or break the line is shown, not done.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var letter in text)
            safe.Append(letter switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when IsUnsafe(letter) => "\uFFFD", _ => letter.ToString() });
        return safe.ToString();
    }

    /// <summary>The same for text of several lines, which stay lines.</summary>
    public static string Visible(string text) => string.Join('\n', text.Split('\n').Select(OneLine));

    // Besides control characters: what separates lines and paragraphs, and what makes a terminal write from right to left.
    private static bool IsUnsafe(char letter) =>
        char.IsControl(letter) || letter is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string Reconnects(StreamOptions stream) => (stream.EnableReconnect, stream.MaxReconnectAttempts) switch
    {
        (false, _) or (_, 0) => "no reconnect",
        (_, -1) => "reconnects without end",
        var (_, attempts) => $"up to {attempts} reconnects",
    };

    // An object reads better as its members; everything else is shown as it came.
    private static string DataOf(McpEvent received) => DataOf(received.Data) ?? OneLine(received.Text);

    /// <summary>The members of a JSON object; null for anything else.</summary>
    public static string? DataOf(JsonElement data) => data.ValueKind == JsonValueKind.Object
        ? OneLine(string.Join("  ", data.EnumerateObject().Select(member => $"{member.Name}={member.Value}")))
        : null;
}
