using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Connection;

/// <summary>What users ask of the connection, and new options.</summary>
internal sealed partial class ConnectionActor
{
    private void Obey(object message, Action start, Action<string> restart, Action<string> stop)
    {
        switch (message)
        {
            case StartStream:
                Accept(start);
                break;
            case RestartStream:
                Accept(() => restart("restarted"));
                break;
            case StopStream:
                Accept(() => stop("stopped"));
                break;
            case ShutDown asked:
                _memory.ShutDownAsker = Sender;
                stop(asked.Reason);
                break;
            case Reconfigure changed:
                Take(changed, restart, stop);
                break;
            // What belongs to an earlier epoch or state comes too late to matter.
            case IPipelineMessage or Terminated:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(Reconfigure changed, Action<string> restart, Action<string> stop)
    {
        var wasSafe = _options.VerifySsl && _memory.IsWanted;
        _options = changed.Options;
        if (!_options.Enable)
            stop(Disabled);
        else if (ReconnectsFor(changed.Reach))
            restart(Reconfigured);
        if (wasSafe && _memory.IsWanted)
            WarnOfAnyCertificate();
    }

    // A stream that somebody stopped stays so; one that waits or failed may fare better with what is new.
    private bool ReconnectsFor(KeyReach reach) => _memory switch
    {
        { IsWanted: false, StopReason: Disabled } => true,
        { IsWanted: false } => _state.Current is ConnectionState.Failed && reach >= KeyReach.Retry,
        _ => reach >= (_state.Current is ConnectionState.BackingOff ? KeyReach.Retry : KeyReach.Connection),
    };

    private void Accept(Action command)
    {
        Sender.Tell(new CommandAccepted(_options.Name, _state.Current));
        command();
    }

    private void Start(string reason)
    {
        if (!_options.Enable)
        {
            _log.Info("Stream {Stream} stays disconnected: enable is false", _options.Name);
            return;
        }

        _memory.Want();
        if (!_memory.IsWanted)
            return;
        _memory.ConfiguredUrl = "";
        WarnOfAnyCertificate();
        _memory.Failures = 0;
        _memory.HasReauthenticated = false;
        Connect(reason);
    }

    private void WarnOfAnyCertificate()
    {
        if (!_options.VerifySsl)
            _log.Warning("verify_ssl is false: stream {Stream} accepts any certificate of {Url}", _options.Name, Redact.Url(_options.ServerUrl));
    }

    private ConnectionState StateAtRest => _options.Enable ? ConnectionState.Stopped : ConnectionState.Disabled;

    private void StayAtRest(string reason)
    {
        if (_options.Enable || _state.Current is ConnectionState.Disabled)
            PassOnShutDown();
        else
            Rest(ConnectionState.Disabled, reason);
    }

    private void Rest(ConnectionState state, string reason)
    {
        Timers.CancelAll();
        _memory.Unwant(reason);
        Report(state, reason);
        Become(Resting);
        PassOnShutDown();
    }

    private void PassOnShutDown()
    {
        if (!_memory.ShutDownAsker.IsNobody())
            _parser.Tell(ShutDown.Instance, _memory.ShutDownAsker);
    }
}
