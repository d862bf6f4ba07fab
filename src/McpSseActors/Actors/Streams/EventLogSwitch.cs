using Akka.Actor;
using McpSseActors.Handlers;

namespace McpSseActors.Actors.Streams;

/// <summary>
/// Adds the event log to a stream and removes it. One change at a time: the name that the router gave the handler is known from its reply only.
/// </summary>
internal sealed class EventLogSwitch(IActorRef router, bool isOn)
{
    private string? _name = isOn ? EventLoggingHandler.Registration.Name : null;
    private bool _isWanted = isOn;
    private bool _isChanging;

    public void Set(bool isWanted)
    {
        _isWanted = isWanted;
        if (_isChanging || isWanted == _name is not null)
            return;
        _isChanging = true;
        router.Tell(isWanted ? new AddHandler(EventLoggingHandler.Registration) : new RemoveHandler(_name!));
    }

    /// <summary>Handles the router's reply; false for any other message.</summary>
    public bool Handle(object message)
    {
        switch (message)
        {
            case HandlerAdded added:
                Settle(added.Name);
                return true;
            case HandlerRemoved:
                Settle(null);
                return true;
            case Status.Failure:
                _isChanging = false;
                return true;
            default:
                return false;
        }
    }

    private void Settle(string? name)
    {
        _name = name;
        _isChanging = false;
        Set(_isWanted);
    }
}
