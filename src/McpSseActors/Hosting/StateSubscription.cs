using Akka.Actor;
using Akka.Event;
using McpSseActors.Handlers;

namespace McpSseActors.Hosting;

/// <summary>Passes state changes from the event stream to a callback, through a separate actor, until disposed.</summary>
internal sealed class StateSubscription : IDisposable
{
    private readonly ActorSystem _system;
    private readonly IActorRef _listener;

    public StateSubscription(ActorSystem system, Action<StreamStateChanged> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _system = system;
        _listener = system.ActorOf(PropsByCall.Local(() => new Listener(callback)));
        system.EventStream.Subscribe(_listener, typeof(StreamStateChanged));
    }

    public void Dispose()
    {
        _system.EventStream.Unsubscribe(_listener);
        _system.Stop(_listener);
    }

    private sealed class Listener : ReceiveActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);

        public Listener(Action<StreamStateChanged> callback) => Receive<StreamStateChanged>(change =>
        {
            try
            {
                callback(change);
            }
            catch (Exception fault)
            {
                _log.Error(fault, "A callback for state changes failed on {State} of stream {Stream}", change.NewState, change.Stream);
            }
        });
    }
}
