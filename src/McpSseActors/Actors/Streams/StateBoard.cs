using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Actors.Streams;

/// <summary>The last state change of each stream, and who wants to hear of the next.</summary>
internal sealed class StateBoard
{
    private readonly SortedDictionary<string, StreamStateChanged> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, HashSet<string>> _subscribers = [];

    /// <summary>Puts up a stream that has not changed its state yet.</summary>
    public void Add(string stream, DateTimeOffset now) => _last[stream] = StreamStateChanged.NotStarted(stream, now);

    /// <summary>Takes a stream down; who subscribed to it hears of one that takes its name.</summary>
    public void Remove(string stream) => _last.Remove(stream);

    /// <summary>The last change of one stream, or with null of all of them, sorted by name.</summary>
    public ImmutableArray<StreamStateChanged> Last(string? stream) => [.. _last.Values.Where(change => stream is null || change.Stream == stream)];

    /// <summary>Subscribes to one stream, or with null to all of them.</summary>
    public void Subscribe(IActorRef subscriber, string? stream)
    {
        if (!_subscribers.TryGetValue(subscriber, out var wanted))
            _subscribers[subscriber] = wanted = new HashSet<string>(StringComparer.Ordinal);
        wanted.Add(stream ?? "");
    }

    public bool Unsubscribe(IActorRef subscriber) => _subscribers.Remove(subscriber);

    public void Publish(StreamStateChanged change)
    {
        if (!_last.ContainsKey(change.Stream))
            return;
        _last[change.Stream] = change;
        foreach (var (subscriber, wanted) in _subscribers)
        {
            if (wanted.Contains("") || wanted.Contains(change.Stream))
                subscriber.Tell(change);
        }
    }
}
