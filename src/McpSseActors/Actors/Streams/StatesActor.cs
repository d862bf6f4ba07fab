using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Actors.Streams;

/// <summary>
/// Keeps the last state change of each stream, and tells the subscribers of the next: what they hear continues what they were answered.
/// </summary>
internal sealed class StatesActor : ReceiveActor
{
    private readonly SortedDictionary<string, StreamStateChanged> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, HashSet<string>> _subscribers = [];
    private readonly StartReport _start;

    public StatesActor(IReadOnlyCollection<string> enabledAtStart)
    {
        _start = new StartReport(enabledAtStart, Context.GetLogger(LogSources.Manager));
        Receive<ShowStream>(shown => _last[shown.Stream] = StreamStateChanged.NotStarted(shown.Stream, Context.System.Scheduler.Now));
        Receive<HideStream>(hidden => _last.Remove(hidden.Stream));
        Receive<StateReported>(reported => Publish(reported.Change));
        Receive<SubscribeStates>(Subscribe);
        Receive<UnsubscribeStates>(_ => Sender.Tell(new StatesUnsubscribed(Unsubscribe(Sender))));
        Receive<Terminated>(gone => Unsubscribe(gone.ActorRef));
    }

    public static Props Props(IReadOnlyCollection<string> enabledAtStart) => QuietMailbox.For(() => new StatesActor(enabledAtStart));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(StateReported));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void Subscribe(SubscribeStates request)
    {
        Sender.Tell(new StatesSubscribed(LastOf(request.Stream)));
        Context.Watch(Sender);
        if (!_subscribers.TryGetValue(Sender, out var streams))
            _subscribers[Sender] = streams = new HashSet<string>(StringComparer.Ordinal);
        streams.Add(request.Stream ?? "");
    }

    private ImmutableArray<StreamStateChanged> LastOf(string? stream) => [.. _last.Values.Where(change => stream is null || change.Stream == stream)];

    private bool Unsubscribe(IActorRef subscriber)
    {
        Context.Unwatch(subscriber);
        return _subscribers.Remove(subscriber);
    }

    private void Publish(StreamStateChanged change)
    {
        if (!_last.ContainsKey(change.Stream))
            return;
        _last[change.Stream] = change;
        _start.Note(change);
        foreach (var (subscriber, streams) in _subscribers)
        {
            if (streams.Contains("") || streams.Contains(change.Stream))
                subscriber.Tell(change);
        }
    }
}

/// <summary>Supervisor to states: a stream is about to start.</summary>
/// <param name="Stream">Its name.</param>
internal sealed record ShowStream(string Stream) : IPipelineMessage;

/// <summary>Supervisor to states: a stream has gone. The subscribers of its name hear of one that takes the name.</summary>
/// <param name="Stream">Its name.</param>
internal sealed record HideStream(string Stream) : IPipelineMessage;
