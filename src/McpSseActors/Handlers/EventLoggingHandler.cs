using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Handlers;

/// <summary>Logs each event: its type at Info, its data at Debug. Present with <c>enable_event_logging</c>.</summary>
internal sealed class EventLoggingHandler : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);

    public EventLoggingHandler() => Receive<McpEvent>(Log);

    public static HandlerRegistration Registration { get; } =
        HandlerRegistration.ForProps(EventPattern.All, Props.Create<EventLoggingHandler>()) with { Name = "event-log", IsObserver = true };

    private void Log(McpEvent received)
    {
        if (!_log.IsInfoEnabled)
            return;
        _log.Info("Event {EventType} (stream {Stream}, id {EventId})", received.EventType, received.Stream, received.EventId ?? "-");
        if (_log.IsDebugEnabled)
            _log.Debug("Event {EventType} data: {Data}", received.EventType, received.Text);
    }
}
