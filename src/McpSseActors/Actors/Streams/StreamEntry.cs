using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors.Streams;

/// <summary>A stream as the supervisor knows it.</summary>
internal sealed class StreamEntry(StreamOptions options, string? file, IActorRef actor)
{
    public string Name => Options.Name;

    /// <summary>Gets the file that it came from; null for code.</summary>
    public string? File => file;

    public IActorRef Actor => actor;

    /// <summary>Gets or sets the options now.</summary>
    public StreamOptions Options { get; set; } = options;

    /// <summary>Gets whether it was told to end.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Gets or sets whether it is being removed: no request finds it, but its name is taken.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Gets or sets the number of events that no handler finished; null until the stream is drained.</summary>
    public long? Unhandled { get; set; }

    /// <summary>Gets the actors that asked for its removal.</summary>
    public List<IActorRef> Askers { get; } = [];

    /// <summary>The stream of a file that takes its name when it has gone; null for none.</summary>
    public (StreamOptions Options, string File)? Successor { get; set; }

    /// <summary>Tells it to end, once.</summary>
    public void End(EndStream request)
    {
        if (IsEnding)
            return;
        IsEnding = true;
        Actor.Tell(request);
    }

    /// <summary>Whether a file decides what becomes of the name.</summary>
    public bool BelongsTo(string path) => IsLeaving ? (Successor?.File ?? path) == path : file == path;

    /// <summary>Tells all who asked for the removal why it takes so long. Only a handler that blocks its thread can keep its actor from stopping.</summary>
    public void Explain(ILoggingAdapter log)
    {
        log.Warning("Stream {Stream} is disconnected, but a handler that does not return keeps its actors from stopping: its name stays taken", Name);
        AnswerAskers(new Status.Failure(new TimeoutException($"Stream '{Name}' is disconnected, but a handler that does not return keeps its actors from stopping.")));
    }

    /// <summary>Tells all who asked for the removal.</summary>
    public void AnswerAskers(object answer)
    {
        foreach (var asker in Askers)
            asker.Tell(answer);
        Askers.Clear();
    }
}
