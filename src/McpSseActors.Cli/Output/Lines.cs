using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpSseActors.Cli.Output;

/// <summary>The words of each report, for people. What is plain and what is coloured say the same.</summary>
internal static class Lines
{
    private const int TypeWidth = 20;
    private const int LongestName = 200;

    // Besides control characters: what separates lines and paragraphs, and what turns the direction of text.
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl),
            .. "\u061C\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069"]);

    /// <summary>The time, stream, type, ID and data of an event.</summary>
    public static string Of(McpEvent received, string? handler, int streamWidth = 0)
    {
        var id = received.EventId is { } known ? "#" + Name(known) : "-";
        var stream = streamWidth > 0 ? OneLine(received.Stream).PadRight(streamWidth) + "  " : "";
        var text = $"{Clock(received.Timestamp)}  {stream}{Name(received.EventType),-TypeWidth} {id,-5} ";
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

    /// <summary>The ID, time, stream, type, event ID, handler, attempts and fault of a dead letter.</summary>
    public static string Of(StoredDeadLetter letter) =>
        $"{letter.Id}  {letter.GivenUpAt.ToLocalTime():MM-dd HH:mm:ss}  {OneLine(letter.Event.Stream)}  {Name(letter.Event.EventType)}"
        + $" {(letter.Event.EventId is { } known ? "#" + Name(known) : "-")}  {HandlerOf(letter)}{(letter.IsRetryRequested ? "  (retry requested)" : "")}: {OneLine(letter.Fault)}";

    public static IEnumerable<(string Name, string Value)> FactsOf(StoredDeadLetter letter)
    {
        yield return ("id", letter.Id);
        yield return ("event", $"{Name(letter.Event.EventType)} {(letter.Event.EventId is { } known ? "#" + Name(known) : "-")} of stream {OneLine(letter.Event.Stream)}, received {letter.Event.Timestamp:O}");
        yield return ("handler", HandlerOf(letter));
        yield return ("failed", $"first {letter.FirstFailedAt:O}, given up {letter.GivenUpAt:O}");
        yield return ("fault", OneLine(letter.Fault));
        if (letter.IsRetryRequested)
            yield return ("retry", "at the next start of the stream");
        yield return ("data", OneLine(letter.Event.Text));
    }

    private static string HandlerOf(StoredDeadLetter letter) =>
        $"{(letter.Handler.Length == 0 ? "(no handler)" : OneLine(letter.Handler))} after {Words.Count(letter.Attempts, "attempt")}";

    public static string Of(StreamOptions stream)
    {
        var parts = new List<string> { stream.Enabled ? "enabled" : "disabled" };
        if (stream.ServerUrl.Length > 0)
            parts.Add(SecretRedactor.RedactUrl(stream.ServerUrl));
        parts.Add("transport " + stream.Transport);
        if (stream.Transport == StreamTransport.Events)
            parts.Add(Subscription(stream.Event));
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
            if (mcp.Transport != $"{StreamTransport.Events}")
                yield return ("asked for", OneLine(mcp.Requested.ToString()));
            if (mcp.Gaps > 0)
                yield return ("gaps", string.Create(CultureInfo.InvariantCulture, $"{mcp.Gaps}: events may be missing"));
            if (mcp.SchemaFaults > 0)
                yield return ("schema faults", string.Create(CultureInfo.InvariantCulture, $"{mcp.SchemaFaults}: data did not fit the server's schema"));
            if (mcp.RefusedDeliveries.Count > 0)
                yield return ("refused posts", string.Join(", ", mcp.RefusedDeliveries.Select(each => $"{each.Key} {each.Value}")));
            if (mcp.Sessions + mcp.Resyncs > 0)
                yield return ("sessions", string.Create(CultureInfo.InvariantCulture, $"{mcp.Sessions} (resyncs {mcp.Resyncs})"));
        }

        yield return ("events received", string.Create(CultureInfo.InvariantCulture, $"{stats.TotalEventsReceived} ({stats.BytesReceived} bytes)"));
        if (stats.DeadLetters > 0)
            yield return ("dead letters", string.Create(CultureInfo.InvariantCulture, $"{stats.DeadLetters}; see 'mcp-sse dead-letters list'"));
        yield return ("dispatched", string.Create(CultureInfo.InvariantCulture, $"{stats.Dispatched} (filtered {stats.Filtered}, unhandled {stats.Unhandled}, handler failures {stats.HandlerFailures})"));
        if (stats.Dropped.Count > 0)
            yield return ("dropped", string.Join(", ", stats.Dropped.Select(drop => $"{drop.Key} {drop.Value}")));
        yield return ("reconnects", stats.TotalReconnectAttempts.ToString(CultureInfo.InvariantCulture));
        yield return (stats.Transport == StreamTransport.Events ? "cursor" : "last event ID", stats.LastEventId is { } id ? Name(id) : "-");
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
        if (!text.AsSpan().ContainsAny(Unsafe))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var letter in text)
            safe.Append(letter switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when Unsafe.Contains(letter) => "\uFFFD", _ => letter.ToString() });
        return safe.ToString();
    }

    /// <summary>The type or the ID of an event, shortened: a server may send megabytes.</summary>
    public static string Name(string text) => text.Length <= LongestName
        ? OneLine(text)
        : OneLine(text[..(char.IsHighSurrogate(text[LongestName - 1]) ? LongestName - 1 : LongestName)]) + $"… ({Words.Count(text.Length, "character")})";

    /// <summary>JSON with escapes for what a terminal would obey: outside of strings, it has none of these characters but line breaks.</summary>
    public static string Json(string json)
    {
        if (!json.AsSpan().ContainsAny(Unsafe))
            return json;
        var safe = new StringBuilder(json.Length);
        foreach (var letter in json)
        {
            if (letter > '~' && Unsafe.Contains(letter))
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                safe.Append(letter);
        }

        return safe.ToString();
    }

    /// <summary>The same for text of several lines, which stay lines.</summary>
    public static string Visible(string text) => string.Join('\n', text.Split('\n').Select(OneLine));

    /// <summary>A subscription to MCP events: <c>event incident.created (severity=P1)</c>.</summary>
    public static string Subscription(McpEventSubscription subscription)
    {
        var arguments = JsonElement.Parse(subscription.Arguments);
        var shown = arguments.EnumerateObject().Any() ? $" ({DataOf(arguments)})" : "";
        return $"event {Name(subscription.Name)}{shown}{(subscription.Mode is McpEventMode.Auto ? "" : $" by {subscription.Mode.ToString().ToLowerInvariant()}")}";
    }

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
