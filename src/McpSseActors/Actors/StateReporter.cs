using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;

namespace McpSseActors.Actors;

/// <summary>Publishes the state of a stream: to the log, the statistics and the event stream. Owned by the stream's actor.</summary>
internal sealed class StateReporter(string stream, ActorSystem system, IActorRef stats, SecretGate gate)
{
    private readonly ILoggingAdapter _log = system.GetLogger(LogSources.Client);

    /// <summary>Gets the state that was published last.</summary>
    public ConnectionState Current { get; private set; } = ConnectionState.Idle;

    public void Publish(ReportState report)
    {
        var change = new StreamStateChanged(stream, Current, report.State, gate.Redact(report.Reason), report.Attempt, report.RetryIn, system.Scheduler.Now);
        Current = report.State;
        Log(change, gate.Redact(report.Url));
        stats.Tell(new StateReported(change));
        system.EventStream.Publish(new StateReported(change));
        system.EventStream.Publish(change);
    }

    private void Log(StreamStateChanged change, string url)
    {
        switch (change.NewState)
        {
            case ConnectionState.Connecting when change.Attempt == 0:
                _log.Info("Connecting to {Url} (stream {Stream})", url, stream);
                break;
            case ConnectionState.Connecting:
                _log.Info("Connecting to {Url} (stream {Stream}, reconnect attempt {Attempt})", url, stream, change.Attempt);
                break;
            case ConnectionState.Connected:
                _log.Info("Connected to {Url} (stream {Stream})", url, stream);
                break;
            case ConnectionState.BackingOff:
                _log.Warning("Stream {Stream} is disconnected (attempt {Attempt} follows in {Delay} s): {Reason}",
                    stream, change.Attempt, Math.Round(change.RetryIn!.Value.TotalSeconds, 3), change.Reason);
                break;
            case ConnectionState.Failed:
                _log.Error("Stream {Stream} is Failed: {Reason}", stream, change.Reason);
                break;
            case ConnectionState.Stopped:
                _log.Info("Stream {Stream} is Stopped: {Reason}", stream, change.Reason);
                break;
        }
    }
}
