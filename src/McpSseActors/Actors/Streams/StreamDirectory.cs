using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Streams;

/// <summary>The streams of a host by name, and what is said of names that are unknown or taken.</summary>
internal sealed class StreamDirectory
{
    private const int MostNamed = 20;

    private readonly Dictionary<string, StreamEntry> _streams = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reserved = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<string> _lost = new(StringComparer.Ordinal);

    /// <summary>All streams, those that are being removed included.</summary>
    public IReadOnlyCollection<StreamEntry> All => _streams.Values;

    /// <summary>Gets the streams that requests find, sorted by name.</summary>
    public ImmutableArray<StreamEntry> Present => [.. _streams.Values.Where(s => !s.IsLeaving).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>Gets the names of <see cref="Present"/>.</summary>
    public ImmutableArray<string> Names => [.. Present.Select(s => s.Name)];

    /// <summary>Gets the names of the streams that stopped after an internal fault and were neither added again nor removed, sorted.</summary>
    public ImmutableArray<string> Lost => [.. _lost];

    public StreamEntry Add(StreamEntry stream)
    {
        _streams.Add(stream.Name, stream);
        _lost.Remove(stream.Name);
        return stream;
    }

    /// <summary>A stream of this name is about to be added.</summary>
    public void Reserve(string name) => _reserved.Add(name);

    /// <summary>It is added, or will not be.</summary>
    public void Release(string name) => _reserved.Remove(name);

    /// <summary>A stream stopped unexpectedly.</summary>
    public void Lose(string name, ILoggingAdapter log, string whatFollows)
    {
        log.Error("Stream {Stream} has stopped after an internal fault, and {Next}", name, whatFollows);
        _lost.Add(name);
    }

    /// <summary>The stream is to end.</summary>
    public void ForgetLost(string? name) => _lost.Remove(name ?? "");

    public void Remove(StreamEntry stream) => _streams.Remove(stream.Name);

    /// <summary>The stream of a name, also one that is being removed; null for none.</summary>
    public StreamEntry? Get(string name) => _streams.GetValueOrDefault(name);

    /// <summary>The stream that a request means: by name, or with null the only one there is.</summary>
    public StreamEntry? Find(string? name)
    {
        if (name is null)
            return Present is [var only] ? only : null;
        return Get(name) is { IsLeaving: false } stream ? stream : null;
    }

    /// <summary>Forwards a letter to the stream of its event, or says that there is none.</summary>
    /// <param name="request">The letter.</param>
    /// <param name="asker">Who is answered.</param>
    /// <param name="isElsewhere">Whether a stream that is not here is on another node.</param>
    public void Forward(RedeliverDeadLetter request, IActorRef asker, bool isElsewhere)
    {
        if (Find(request.Letter.Event.Stream) is { } stream)
            stream.Actor.Tell(request, asker);
        else
            asker.Tell(new DeadLetterRedelivered(request.Letter.Id, NotFound(request.Letter.Event.Stream).Message) { IsElsewhere = isElsewhere });
    }

    /// <summary>Names the streams, for who asked for another.</summary>
    public static string Describe(IReadOnlyCollection<string> names) => names.Count == 0
        ? "the host has no streams"
        : $"the streams are: {string.Join(", ", names.Order(StringComparer.Ordinal).Take(MostNamed))}{(names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "")}";

    /// <summary>Says why <see cref="Find"/> finds nothing.</summary>
    public StreamNotFoundException NotFound(string? name)
    {
        var names = Describe(Names);
        if (name is null)
            return new($"Specify a stream; {names}.");
        return new(_streams.ContainsKey(name) ? $"Stream '{name}' is being removed; {names}." : $"Unknown stream '{name}'; {names}.");
    }

    /// <summary>The stream that holds a name. Names that differ in case alone would be the same in the name of an environment variable.</summary>
    public StreamEntry? HolderOf(string name) => _streams.Values.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Says why nothing is added or changed at the end.</summary>
    public static InvalidOperationException ShuttingDown() => new("The host is shutting down: streams can no longer be added or changed.");

    /// <summary>Says why a stream cannot be added; null if it can.</summary>
    public Exception? Reject(AddStream request)
    {
        if (request.Options is null)
            return new ArgumentNullException(nameof(request), "AddStream names no options.");
        var faults = OptionsValidation.Check([request.Options]);
        var name = StreamName.Of(request.Options);
        if (HolderOf(name) is { } holder)
            faults = faults.Add(NameIsTaken("code", holder.Name, holder.IsLeaving));
        else if (_reserved.Contains(name))
            faults = faults.Add(NameIsTaken("code", name, isLeaving: false));
        return Fault(faults);
    }

    /// <summary>Says why the changes of a file cannot be applied; null if they can. Streams from elsewhere keep their names.</summary>
    public Exception? Reject(ApplyChanges changes) => Fault(
    [
        .. changes.Differences.Where(each => each.Change.Kind is not ConfigurationChangeKind.Removed)
            .Select(each => HolderOf(each.Options.Name)).OfType<StreamEntry>()
            .Where(holder => !holder.BelongsTo(changes.Path))
            .Select(holder => NameIsTaken(changes.Path, holder.Name, holder.IsLeaving)),
    ]);

    private static McpSseConfigurationException? Fault(ImmutableArray<ConfigurationFault> faults) => faults.IsEmpty ? null : new(faults);

    private static ConfigurationFault NameIsTaken(string source, string name, bool isLeaving) => new(source, null, null, $"{name}.name",
        $"another stream has the name '{name}'{(isLeaving ? ", and is still being removed" : "")}", "give each stream a unique name");
}
