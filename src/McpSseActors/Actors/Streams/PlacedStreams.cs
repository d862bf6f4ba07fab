using System.Collections.Immutable;
using Akka.Actor;
using McpSseActors.Actors.Positions;
using McpSseActors.Configuration;
using McpSseActors.Definitions;

namespace McpSseActors.Actors.Streams;

/// <summary>
/// The part of the supervisor for a cluster: the streams are defined on every node, and each runs where the cluster opens it. Without a cluster it
/// keeps nothing, and every stream runs here.
/// </summary>
/// <param name="setup">What the host configures.</param>
/// <param name="streams">The streams that run here.</param>
/// <param name="run">Starts a stream here.</param>
internal sealed class PlacedStreams(McpSseSetup setup, StreamDirectory streams, Action<DefinedStream> run)
{
    private readonly Dictionary<string, DefinedStream> _defined = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IActorRef> _entities = new(StringComparer.Ordinal);
    private StreamDefinitions _definitions = new(ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>Gets whether a cluster opens the streams.</summary>
    public bool IsUsed => setup.Placement is not null;

    /// <summary>What ends a stream that has left the configuration. In a cluster, its position stays: another node may still have it.</summary>
    public EndStream End => IsUsed ? EndStream.Moves : EndStream.Removed;

    /// <summary>Gets the log line of a stream that has ended as it should.</summary>
    public string Ended => IsUsed ? "has ended on this node" : "is removed";

    /// <summary>Gets what becomes of a stream that has stopped after an internal fault.</summary>
    public string AfterLoss => IsUsed ? "the cluster opens it again" : "can only be added again";

    /// <summary>Starts a stream, or keeps it until the cluster opens it.</summary>
    public void Start(DefinedStream stream)
    {
        if (IsUsed)
            Define(stream);
        else
            run(stream);
    }

    /// <summary>Handles a message of the cluster, or about it.</summary>
    public void Handle(IPlacement message, IActorRef sender)
    {
        switch (message)
        {
            case OpenStream request:
                Open(request, sender);
                break;
            case CloseStream request:
                Close(request);
                break;
            case GetDefinitions:
                sender.Tell(_definitions);
                break;
            case PositionTakenOver:
                TellTakenOver(sender);
                break;
        }
    }

    /// <summary>A file has changed.</summary>
    public void Apply(StreamDifference difference, string path)
    {
        if (!IsUsed)
            return;
        var name = difference.Options.Name;
        if (difference.Change.Kind is not ConfigurationChangeKind.Removed)
            Define(new DefinedStream(difference.Options, path));
        else if (_defined.GetValueOrDefault(name)?.File == path && _defined.Remove(name))
            _definitions = new(_definitions.Fingerprints.Remove(name));
    }

    private void Define(DefinedStream stream)
    {
        var (name, fingerprint) = (stream.Options.Name, Fingerprint(stream.Options));
        _defined[name] = stream;
        _definitions = new(_definitions.Fingerprints.SetItem(name, fingerprint));
        if (streams.Get(name) is not null)
            _entities.GetValueOrDefault(name)?.Tell(new StreamRedefined(fingerprint));
    }

    private void Open(OpenStream request, IActorRef entity)
    {
        if (!_defined.TryGetValue(request.Stream, out var stream))
        {
            entity.Tell(new StreamNotOpened(new StreamNotFoundException($"Unknown stream '{request.Stream}'; {StreamDirectory.Describe(_defined.Keys)}.")));
            return;
        }

        if (streams.Get(request.Stream) is not null)
        {
            entity.Tell(new StreamNotOpened(new InvalidOperationException($"Stream '{request.Stream}' is still ending on this node.")));
            return;
        }

        run(stream);
        _entities[request.Stream] = entity;
        entity.Tell(new StreamOpened(streams.Get(request.Stream)!.Actor, _definitions.Fingerprints[request.Stream]));
    }

    private void Close(CloseStream request)
    {
        if (streams.Get(request.Stream) is not { } stream)
            return;
        stream.IsLeaving = true;
        if (request.IsLost)
            stream.Actor.Tell(PoisonPill.Instance);
        else
            stream.End(EndStream.Moves);
    }

    private void TellTakenOver(IActorRef stream)
    {
        if (_entities.TryGetValue(stream.Path.Name, out var entity) && streams.Get(stream.Path.Name)?.Actor.Equals(stream) is true)
            entity.Tell(new StreamTakenOver());
    }

    // Without secrets, which differ between nodes, and may not be told.
    private string Fingerprint(StreamOptions options) => Fingerprints.Of(string.Join('\n',
        setup.Handlers.Where(each => each.Stream is null || each.Stream == options.Name).Select(each => $"{each.Handler.Name} {each.Handler.Pattern.Text}")
            .Prepend(StreamDefinition.Of(options).Write())));
}

/// <summary>A stream that a node could run.</summary>
/// <param name="Options">Its options.</param>
/// <param name="File">The file that it came from; null for code.</param>
/// <param name="IsEnabledByStart">Whether a start enables it.</param>
internal sealed record DefinedStream(StreamOptions Options, string? File = null, bool IsEnabledByStart = false);

/// <summary>The streams that a node could run.</summary>
/// <param name="Fingerprints">By name, what differs if a node configures a stream in another way.</param>
internal sealed record StreamDefinitions(ImmutableSortedDictionary<string, string> Fingerprints) : IPipelineMessage;

/// <summary>Cluster to supervisor: which streams could run here? Reply: <see cref="StreamDefinitions"/>.</summary>
internal sealed record GetDefinitions : IPlacement;

/// <summary>Entity of the cluster to supervisor: the stream runs here from now on. Reply: <see cref="StreamOpened"/> or <see cref="StreamNotOpened"/>.</summary>
internal sealed record OpenStream(string Stream) : IPlacement;

/// <summary>Supervisor to entity: the stream runs.</summary>
/// <param name="Actor">Its actor.</param>
/// <param name="Fingerprint">What its definition comes to.</param>
internal sealed record StreamOpened(IActorRef Actor, string Fingerprint) : IPipelineMessage;

/// <summary>Supervisor to entity: the definition of the stream that runs has changed.</summary>
/// <param name="Fingerprint">What it comes to now.</param>
internal sealed record StreamRedefined(string Fingerprint) : IPipelineMessage;

/// <summary>Supervisor to entity: the stream cannot run here now.</summary>
internal sealed record StreamNotOpened(Exception Reason) : IPipelineMessage;

/// <summary>Entity to supervisor: drain the stream and stop it; its position stays stored. The entity watches the stream's actor.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="IsLost">Whether another owner has it already: then handlers finish nothing more.</param>
internal sealed record CloseStream(string Stream, bool IsLost = false) : IPlacement;

/// <summary>Supervisor to entity: another owner has the stream's position, so what is handled here is handled twice.</summary>
internal sealed record StreamTakenOver : IPipelineMessage;
