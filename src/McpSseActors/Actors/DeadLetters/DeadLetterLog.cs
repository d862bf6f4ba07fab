using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.DeadLetters;

/// <summary>Logs letters: the first of each handler at once, and the number of the others once per period.</summary>
internal sealed class DeadLetterLog(ILoggingAdapter log, TimeSpan period)
{
    // Bounded by the number of handlers.
    private readonly Dictionary<(string Stream, string Handler), int> _more = [];
    private int _fellOut;

    public void Kept(StoredDeadLetter letter)
    {
        if (IsFirst(letter))
            log.Error("Event {EventId} of type {EventType} (stream {Stream}) is kept as a dead letter: handler {Handler} gave it up after {Attempts} attempt(s): {Fault}",
                LogText.Name(letter.Event.EventId),
                LogText.Name(letter.Event.EventType),
                letter.Event.Stream,
                Shown(letter.Handler),
                letter.Attempts,
                Redact.Line(letter.Fault));
    }

    public void FellOut(int letters)
    {
        if (_fellOut == 0 && letters > 0)
            log.Warning("{Count} dead letter(s) were discarded, the oldest first, because a limit of [mcp_sse.delivery.dead_letters] was reached", letters);
        _fellOut += letters;
    }

    /// <summary>Logs, at the end of a period, how many there were besides the first.</summary>
    public void ReportCounts()
    {
        foreach (var ((stream, handler), more) in _more.Where(each => each.Value > 0))
            log.Error("{Count} more event(s) of stream {Stream} became dead letters of handler {Handler} in the last {Seconds} s", more, stream, Shown(handler), period.TotalSeconds);
        if (_fellOut > 0)
            log.Warning("{Count} dead letter(s) were discarded in the last {Seconds} s because a limit was reached", _fellOut, period.TotalSeconds);
        _more.Clear();
        _fellOut = 0;
    }

    private bool IsFirst(StoredDeadLetter letter)
    {
        var key = (letter.Event.Stream, letter.Handler);
        if (_more.TryAdd(key, 0))
            return true;
        _more[key]++;
        return false;
    }

    private static string Shown(string handler) => handler.Length == 0 ? "(none)" : handler;
}
