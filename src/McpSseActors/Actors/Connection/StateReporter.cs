using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Connection;

/// <summary>Tells everyone of a stream's state: the log, the statistics, and whoever listens on the event stream.</summary>
internal sealed class StateReporter(string stream, ActorSystem system, IActorRef stats)
{
    private readonly ILoggingAdapter _log = system.GetLogger(LogSources.Client);

    public ConnectionState Current { get; private set; } = ConnectionState.Idle;

    public void Change(ConnectionState state, string reason, Uri url, int attempt, TimeSpan? retryIn = null)
    {
        var change = new StreamStateChanged(stream, Current, state, Redact.Line(reason), attempt, retryIn, system.Scheduler.Now);
        Current = state;
        Log(change, Redact.Url(url));
        stats.Tell(change);
        system.EventStream.Publish(change);
    }

    /// <summary>The connection proved healthy: the attempts are counted anew.</summary>
    public void Healed() => stats.Tell(new AttemptsReset());

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
