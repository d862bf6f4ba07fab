using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors;
using McpSseActors.Actors.Streams;
using McpSseActors.Cluster.Wire;
using McpSseActors.Configuration;

namespace McpSseActors.Cluster.Entities;

/// <summary>
/// One stream as an entity of the cluster: as long as the entity is here, the stream runs here, below the supervisor of the node. Passes requests on.
/// <code>
/// Opening ──opened──► Open ──HandOver──► Closing ──the stream has stopped──► (stopped)
///    │ refused          │ taken over                       ▲
///    └──► (again)       └──────────► Fenced ──10 s─────────┘
/// </code>
/// </summary>
internal sealed class StreamEntity : UntypedActor, IWithTimers
{
    private const int MostWaiting = 1000;

    /// <summary>How long a node does not take back a stream that another has taken from it.</summary>
    private static readonly TimeSpan Fence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OpenAgain = TimeSpan.FromMilliseconds(250);

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly string _name;
    private readonly ClusterNode _node;
    private readonly Queue<(object Message, IActorRef Sender)> _waiting = new();
    private IActorRef _stream = ActorRefs.Nobody;
    private StreamKept _kept;
    private bool _isLeaving;

    public StreamEntity(string name, ClusterNode node)
    {
        (_name, _node) = (name, node);
        _kept = new StreamKept(name, node.Name, "");
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string name, ClusterNode node) => QuietMailbox.For(() => new StreamEntity(name, node));

    protected override void PreStart() => _node.Supervisor.Tell(new OpenStream(_name));

    // The stream is not a child, so that it outlives no supervisor, and its actors keep their paths.
    protected override void PostStop()
    {
        while (_waiting.TryDequeue(out var waiting))
            Refuse(waiting.Message, waiting.Sender, Ending);
        _node.Supervisor.Tell(new CloseStream(_name), ActorRefs.NoSender);
    }

    protected override void OnReceive(object message) => Opening(message);

    private void Opening(object message)
    {
        switch (message)
        {
            case StreamOpened opened:
                Open(opened);
                break;
            case StreamNotOpened { Reason: StreamNotFoundException unknown }:
                Refuse(unknown);
                break;
            case StreamNotOpened when _isLeaving:
                End();
                break;
            case StreamNotOpened:
                Timers.StartSingleTimer(nameof(OpenAgain), new OpenStream(_name), OpenAgain);
                break;
            case OpenStream again:
                _node.Supervisor.Tell(again);
                break;
            case HandOver when Timers.IsTimerActive(nameof(OpenAgain)):
                End();
                break;
            case HandOver:
                _isLeaving = true;
                break;
            case UnknownMessage unknown:
                Sender.Tell(NotKnown(unknown));
                break;
            case var _ when _waiting.Count == MostWaiting:
                Refuse(message, Sender, new Status.Failure(new InvalidOperationException(
                    $"Stream '{_name}' is not open yet, and {MostWaiting} messages wait for it on node {_node.Name}.")));
                break;
            default:
                _waiting.Enqueue((message, Sender));
                break;
        }
    }

    private void Open(StreamOpened opened)
    {
        _stream = Context.Watch(opened.Actor);
        _kept = _kept with { Fingerprint = opened.Fingerprint };
        Become(Opened);
        while (_waiting.TryDequeue(out var waiting))
            Self.Tell(waiting.Message, waiting.Sender);
        if (_isLeaving)
            Self.Tell(HandOver.Instance);
    }

    private void Opened(object message)
    {
        switch (message)
        {
            case KeepOpen:
                Sender.Tell(_kept);
                break;
            case StreamRedefined redefined:
                _kept = _kept with { Fingerprint = redefined.Fingerprint };
                break;
            case StaysInProcess stays:
                Sender.Tell(new Status.Failure(new InvalidOperationException(
                    $"{stays.Request} cannot be sent to stream '{_name}', which runs on node {_node.Name}: delegates, props and actors stay in their process. "
                    + "Name handlers in WithMcpSseCluster, on every node.")));
                break;
            case UnknownMessage unknown:
                Sender.Tell(NotKnown(unknown));
                break;
            case HandOver:
                Leave();
                Close(Closing);
                break;
            case StreamTakenOver:
                _log.Warning("Stream {Stream} was taken over by another process: it stops on this node at once", _name);
                Close(Fenced, isLost: true);
                break;
            case Terminated:
                End();
                break;
            default:
                _stream.Forward(message);
                break;
        }
    }

    private void Closing(object message)
    {
        if (message is Terminated)
            Context.Stop(Self);
        else
            Refuse(message, Sender, Ending);
    }

    private void Fenced(object message)
    {
        switch (message)
        {
            case Terminated:
                Timers.StartSingleTimer(nameof(Fence), new FenceEnded(), Fence);
                break;
            case FenceEnded or HandOver:
                End();
                break;
            default:
                Refuse(message, Sender, new Status.Failure(new InvalidOperationException($"Another process has taken over stream '{_name}'.")));
                break;
        }
    }

    private void Close(UntypedReceive next, bool isLost = false)
    {
        Become(next);
        _node.Supervisor.Tell(new CloseStream(_name, isLost));
    }

    private void Refuse(StreamNotFoundException unknown)
    {
        while (_waiting.TryDequeue(out var waiting))
            waiting.Sender.Tell(waiting.Message is KeepOpen ? new StreamUnknown(_name, _node.Name) : new Status.Failure(unknown));
        Context.Stop(Self);
    }

    // The keeper asks again.
    private static void Refuse(object message, IActorRef asker, Status.Failure why)
    {
        if (message is IStreamRequest or StaysInProcess or UnknownMessage)
            asker.Tell(why);
    }

    private Status.Failure Ending => new(new InvalidOperationException(
        $"Stream '{_name}' is on its way from node {_node.Name} to another, or the host is shutting down: ask again."));

    private Status.Failure NotKnown(UnknownMessage unknown) => new(new NotSupportedException(
        $"Node {_node.Name}, where stream '{_name}' runs, does not know {Redact.Line(unknown.Manifest)}: its version of the library is another one."));

    private void End()
    {
        Leave();
        Context.Stop(Self);
    }

    private void Leave() => _node.Keeper.Tell(new StreamLeft(_name));

    private sealed record FenceEnded : IPipelineMessage;
}

/// <summary>Shard to entity: the stream moves to another node.</summary>
internal sealed record HandOver : IPipelineMessage
{
    public static readonly HandOver Instance = new();
}

/// <summary>What runs on this node.</summary>
/// <param name="Name">Its host and port.</param>
/// <param name="Supervisor">The parent of the streams.</param>
/// <param name="Keeper">What keeps every stream of the cluster running.</param>
internal sealed record ClusterNode(string Name, IActorRef Supervisor, IActorRef Keeper);
