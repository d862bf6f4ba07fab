using Akka.Actor;

namespace McpSseActors.Actors.Streams;

/// <summary>The end of a stream that is under way: who is told, and how long the handlers have.</summary>
internal sealed class StreamDrain(IActorContext stream, IActorRef asker, EndStream request, TimeSpan limit)
{
    private readonly ICancelable _timeout =
        stream.System.Scheduler.ScheduleTellOnceCancelable(limit, stream.Self, TimedOut.Instance, stream.Self);

    public IActorRef Asker => asker;

    public TimeSpan Limit => limit;

    /// <summary>Gets or sets whether the handlers have had their time.</summary>
    public bool IsOverdue { get; set; }

    public DrainStream Request { get; } = new(request.Reason, request.IsRemoved);

    public void Cancel() => _timeout.Cancel();

    /// <summary>The handlers have had their time.</summary>
    internal sealed record TimedOut : IPipelineMessage
    {
        public static readonly TimedOut Instance = new();
    }
}
