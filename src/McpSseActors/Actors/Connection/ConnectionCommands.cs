using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Positions;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Connection;

/// <summary>Answers commands, applies changed options, and says what follows; how that is done depends on the state of the connection.</summary>
internal sealed class ConnectionCommands(StreamOptions options, ConnectionMemory memory, ILoggingAdapter log)
{
    /// <summary>The reason of a stream that is disabled.</summary>
    public const string Disabled = "enable is false";

    /// <summary>Gets the options now.</summary>
    public StreamOptions Options { get; private set; } = options;

    /// <summary>Gets the state of a stream that is not wanted.</summary>
    public ConnectionState StateAtRest => Options.Enabled ? ConnectionState.Stopped : ConnectionState.Disabled;

    /// <summary>Obeys a message, if it is a command.</summary>
    /// <param name="message">Any message. Others of the pipeline belong to an earlier epoch or state, and come too late to matter.</param>
    /// <param name="sender">The actor that is answered.</param>
    /// <param name="start">Connects, unless the stream is connected.</param>
    /// <param name="restart">Connects again, with a reason.</param>
    /// <param name="stop">Disconnects for good, with a reason.</param>
    /// <returns>False for a message that no connection understands.</returns>
    public bool Obey(object message, IActorRef sender, Action start, Action<string> restart, Action<string> stop)
    {
        switch (message)
        {
            case StartStream:
                Accept(sender);
                start();
                return true;
            case RestartStream:
                Accept(sender);
                restart("restarted");
                return true;
            case StopStream:
                Accept(sender);
                stop("stopped");
                return true;
            case ResumeAt resume:
                memory.ResumeAt(resume);
                return true;
            case PositionTakenOver:
                stop(PositionTakenOver.Reason);
                return true;
            case DrainStream request:
                memory.KeepsSession &= !request.IsRemoved;
                memory.DrainAsker = sender;
                stop(request.Reason);
                return true;
            case Reconfigure changed:
                ApplyOptions(changed, restart, stop);
                return true;
            default:
                return message is IPipelineMessage or Terminated;
        }
    }

    /// <summary>Whether a stream at rest may start; if so, it starts afresh.</summary>
    public bool MayStart()
    {
        if (!Options.Enabled)
        {
            log.Info("Stream {Stream} stays disconnected: enable is false", Options.Name);
            return false;
        }

        memory.Want();
        if (!memory.IsWanted)
            return false;
        memory.StartFresh();
        WarnOfAnyCertificate();
        return true;
    }

    private void Accept(IActorRef sender) => sender.Tell(new CommandAccepted(Options.Name, memory.State));

    private void ApplyOptions(Reconfigure changed, Action<string> restart, Action<string> stop)
    {
        var verified = Options.VerifySsl && memory.IsWanted;
        Options = changed.Options;
        if (!Options.Enabled)
            stop(Disabled);
        else if (memory.NeedsConnectionFor(changed.Reach, Disabled))
            restart("reconfigured");
        if (verified && memory.IsWanted)
            WarnOfAnyCertificate();
    }

    private void WarnOfAnyCertificate()
    {
        if (!Options.VerifySsl)
            log.Warning("verify_ssl is false: stream {Stream} accepts any certificate of {Url}", Options.Name, Redact.Url(Options.ServerUrl));
    }
}
