using Akka.Actor;

namespace McpSseActors.Actors.Streams;

/// <summary>A stream as the supervisor knows it.</summary>
internal sealed class StreamEntry(StreamOptions options, string? file, IActorRef actor)
{
    public string Name => Options.Name;

    /// <summary>The file that it came from; null for code.</summary>
    public string? File => file;

    public IActorRef Actor => actor;

    /// <summary>As they are now.</summary>
    public StreamOptions Options { get; set; } = options;

    /// <summary>Ends when everything in flight is handled, or its time is over; null while the stream goes on. There is only one.</summary>
    public Task<ShutDownCompleted>? Draining { get; set; }

    /// <summary>Whether it is being removed. It is not found any more, but its name is taken.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Whether its actors were told to stop.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Who asked for its removal.</summary>
    public List<IActorRef> Askers { get; } = [];

    /// <summary>The stream of a file that takes its name when it has gone; null for none.</summary>
    public (StreamOptions Options, string File)? Successor { get; set; }

    /// <summary>Whether a file may say what becomes of the name.</summary>
    public bool IsFreeFor(string path) => IsLeaving ? (Successor?.File ?? path) == path : file == path;
}
