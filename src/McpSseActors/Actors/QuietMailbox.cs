using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.Event;
using McpSseActors.Handlers;

namespace McpSseActors.Actors;

/// <summary>
/// An unbounded mailbox for the actors of a stream, which are idle most of the time. Akka's mailbox has room for 32 messages from the start, which
/// is a kilobyte for each actor. This one makes room when messages arrive; there are few, one per chunk, so its lock is cheap. It refuses what
/// another process must not send: messages of the pipeline, and those that would stop the actor.
/// </summary>
internal sealed class QuietMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<QuietMailbox.Messages>
{
    private const int DepthOfRemoting = 2;

    /// <summary>Its name in the configuration.</summary>
    private const string Id = "akka.actor.mcp-sse-mailbox";

    /// <summary>The deployment that all of these actors share.</summary>
    private static readonly Deploy OfAll = Deploy.None.WithMailbox(Id);

    /// <summary>Creates the props of a stream's own actor. Handlers have the mailbox that their users configure.</summary>
    public static Props For<TActor>(Func<TActor> make)
        where TActor : ActorBase => new PropsByCall<TActor>(OfAll, make);

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Messages(system.EventStream);

    /// <summary>The messages of one actor.</summary>
    internal sealed class Messages(EventStream events) : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        private readonly Queue<Envelope> _waiting = new();

        public bool HasMessages => Count > 0;

        public int Count
        {
            get
            {
                lock (_waiting)
                    return _waiting.Count;
            }
        }

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            if (envelope.Message is IPipelineMessage or PoisonPill or Kill or IPossiblyHarmful or AllDeadLetters && IsOfAnotherProcess())
            {
                events.Publish(new UnhandledMessage(envelope.Message, envelope.Sender, receiver));
                return;
            }

            lock (_waiting)
                _waiting.Enqueue(envelope);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            lock (_waiting)
                return _waiting.TryDequeue(out envelope);
        }

        // An actor of Akka.Remote delivers what other processes send, regardless of the sender that a message names.
        private static bool IsOfAnotherProcess() =>
            ActorCell.GetCurrentSelfOrNoSender()?.Path is { Depth: > DepthOfRemoting } path && path.ParentOf(DepthOfRemoting) is { Name: "endpointManager", Parent.Name: "system" };

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (TryDequeue(out var envelope))
                deadletters.Enqueue(owner, envelope);
        }
    }
}
