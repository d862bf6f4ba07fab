using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using McpSseActors.Telemetry;

namespace McpSseActors.Handlers;

/// <summary>
/// Logs each event: its type at Info, its data at Debug. Present with <c>enable_event_logging</c>. The mailboxes of loggers are unbounded, so
/// it keeps the credit of the stream until its lines are written. While the loggers write nothing, it counts the events instead. It takes batches,
/// so that events cost next to nothing when nobody listens at Info.
/// </summary>
internal sealed class EventLoggingHandler : BatchHandler
{
    private const int MostLines = 200;
    private const int MostCharacters = 64 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);
    private readonly LoggerFence _loggers = new(Context.System);
    private int _lines;
    private int _characters;
    private int _more;
    private string _stream = "";
    private bool _isBehind;

    public static HandlerRegistration Registration { get; } =
        HandlerRegistration.ForProps(EventPattern.All, Props.Create<EventLoggingHandler>()) with { Name = "event-log", IsObserver = true };

    protected override void Handle(EventBatchView events)
    {
        if (!_log.IsInfoEnabled)
            return;
        var all = new List<McpEvent>(events.Count);
        foreach (var received in events)
            all.Add(received.ToEvent());
        ActorTaskScheduler.RunTask(() => LogAsync(all));
    }

    protected override void HandleOther(object message)
    {
        if (message is Written)
            Resume();
        else
            Unhandled(message);
    }

    private async Task LogAsync(List<McpEvent> events)
    {
        foreach (var received in events)
        {
            if (_isBehind)
                _more++;
            else
                Log(received);
            if (_lines >= MostLines || _characters >= MostCharacters)
                await WaitAsync();
        }
    }

    private void Log(McpEvent received)
    {
        var type = LogText.Name(received.EventType);
        _stream = received.Stream;
        _log.Info("Event {EventType} (stream {Stream}, id {EventId})", type, received.Stream, LogText.Name(received.EventId));
        _lines++;
        if (!_log.IsDebugEnabled)
            return;
        var data = LogText.Data(received.Utf8Data.Span);
        _log.Debug("Event {EventType} data: {Data}", type, data);
        _characters += data.Length;
    }

    private async Task WaitAsync()
    {
        (_lines, _characters) = (0, 0);
        var written = _loggers.WrittenAsync();
        try
        {
            await written.WaitAsync(LongestWait);
        }
        catch (TimeoutException)
        {
            _isBehind = true;
            _ = written.PipeTo(Self, success: () => new Written());
        }
    }

    private void Resume()
    {
        _isBehind = false;
        if (_more > 0)
            _log.Warning("{Count} more event(s) of stream {Stream} are not in the log: the loggers are slower than the stream", _more, _stream);
        _more = 0;
    }

    private sealed record Written : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout;
}
