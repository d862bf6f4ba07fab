using Akka.Event;

namespace McpSseActors.Tests.Support;

/// <summary>All that a host says to anyone who listens: log events with their exceptions and arguments, state changes, dead letters, and what is added.</summary>
public sealed class Overheard
{
    /// <summary>The most talkative configuration.</summary>
    public const string Everything = """
        akka.loglevel = DEBUG
        akka.log-config-on-start = on
        akka.log-dead-letters = on
        akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, fsm = on, unhandled = on, event-stream = on, router-misconfiguration = on }
        """;

    private readonly ConcurrentQueue<string> _said = new();
    private IActorRef _listener = ActorRefs.Nobody;

    public IReadOnlyCollection<string> Said => _said;

    public void ListenTo(ActorSystem system)
    {
        _listener = system.ActorOf(Props.Create(() => new Listener(this)), "listener");
        foreach (var channel in new[] { typeof(LogEvent), typeof(StreamStateChanged), typeof(DeadLetter), typeof(UnhandledMessage) })
            system.EventStream.Subscribe(_listener, channel);
    }

    /// <summary>Waits until this is said.</summary>
    public Task UntilAsync(string text) => Eventually.HoldsAsync(() => _said.ShouldContain(line => line.Contains(text, StringComparison.Ordinal)));

    /// <summary>Waits until all that the host has said so far is heard.</summary>
    public Task CaughtUpAsync() => _listener.Ask<ActorIdentity>(new Identify(null), Within.Limit);

    public void Add(object? said)
    {
        _said.Enqueue($"{said}");
        if (said is IMcpSseMessage)
            _said.Enqueue(JsonSerializer.Serialize(said, said.GetType()));
    }

    public void ShouldHoldNo(string secret) => _said.Where(line => line.Contains(secret, StringComparison.Ordinal)).ShouldBeEmpty();

    private sealed class Listener : ReceiveActor
    {
        public Listener(Overheard overheard)
        {
            Receive<LogEvent>(log =>
            {
                overheard.Add($"{log} {log.Message} {log.Cause} {log.LogSource}");
                if (log.Message is LogMessage message)
                    overheard.Add(string.Join(' ', message.Parameters()));
            });
            ReceiveAny(overheard.Add);
        }
    }
}
