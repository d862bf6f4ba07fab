using Akka.Event;

namespace McpSseActors.Tests.Support;

/// <summary>The lines that a host logs, each with its level before it: <c>Error: text</c>.</summary>
public sealed class LogLines
{
    /// <summary>What a host needs so that its information is logged.</summary>
    public const string Hocon = "akka.loglevel = INFO\n";

    private readonly ConcurrentQueue<string> _lines = new();
    private IActorRef _listener = ActorRefs.Nobody;

    public void ListenTo(ActorSystem system)
    {
        _listener = system.ActorOf(Props.Create(() => new Listener(_lines)), "log-lines");
        system.EventStream.Subscribe(_listener, typeof(LogEvent));
    }

    public IEnumerable<string> Containing(string text) => _lines.Where(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until so many lines hold the text; gives the last.</summary>
    public async Task<string> UntilAsync(string text, int count = 1)
    {
        await Eventually.HoldsAsync(() => Containing(text).Count().ShouldBeGreaterThanOrEqualTo(count, string.Join('\n', _lines)));
        return Containing(text).Last();
    }

    /// <summary>Waits until all that the host has logged so far is here.</summary>
    public Task CaughtUpAsync() => _listener.Ask<ActorIdentity>(new Identify(null), Within.Limit);

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> lines) => Receive<LogEvent>(log => lines.Enqueue($"{log.LogLevel()}: {log.Message}"));
    }
}
