using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace McpSseActors.Actors.Router;

/// <summary>
/// The mailbox of handlers that do not ask for another one. It takes one message per batch, and makes each event when the handler comes to it; when
/// the handler is done with the last, it tells the router. A handler that fails can get events again, before all others.
/// </summary>
internal sealed class HandlerMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<HandlerQueue>
{
    /// <summary>Its name in the configuration.</summary>
    private const string Id = "akka.actor.mcp-sse-handler-mailbox";

    private static readonly Deploy OfMost = Deploy.None.WithMailbox(Id);

    /// <summary>Gives a handler this mailbox, unless it has or needs another.</summary>
    public static Props For(Props handler, ActorSystem system)
    {
        if (handler.Deploy.Mailbox != Deploy.NoMailboxGiven || HasMailboxOfDispatcher(handler, system) || NeedsAnother(handler.Type))
            return handler;
        return ReferenceEquals(handler.Deploy, Deploy.None) ? handler.WithDeploy(OfMost) : handler.WithMailbox(Id);
    }

    /// <summary>The queue of a handler; null if it has another mailbox.</summary>
    public static HandlerQueue? QueueOf(IActorRef handler) => ((handler as ActorRefWithCell)?.Underlying as ActorCell)?.Mailbox?.MessageQueue as HandlerQueue;

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new HandlerQueue();

    private static bool HasMailboxOfDispatcher(Props handler, ActorSystem system) =>
        handler.Deploy.Dispatcher != Deploy.NoDispatcherGiven && system.Settings.Config.GetConfig(handler.Deploy.Dispatcher)?.HasPath("mailbox-type") is true;

    private static bool NeedsAnother(Type handler) => handler.GetInterfaces().Any(each =>
        each.IsGenericType && each.GetGenericTypeDefinition() == typeof(IRequiresMessageQueue<>) && !each.GetGenericArguments()[0].IsAssignableFrom(typeof(HandlerQueue)));
}
