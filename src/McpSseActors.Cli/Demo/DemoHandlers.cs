using Akka.Actor;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Streams;

namespace McpSseActors.Cli.Demo;

/// <summary>Handles <c>chat.*</c>: shows who says what.</summary>
internal sealed class ChatHandler : ReceiveActor
{
    public ChatHandler(IReporter reporter) => Receive<McpEvent>(received => reporter.Event(received, "chat"));
}

/// <summary>Handles <c>user.*</c>: shows who comes and goes.</summary>
internal sealed class UserHandler : ReceiveActor
{
    public UserHandler(IReporter reporter) => Receive<McpEvent>(received => reporter.Event(received, "user"));
}

/// <summary>Handles <c>notification.*</c>: shows what wants attention.</summary>
internal sealed class NotificationHandler : ReceiveActor
{
    public NotificationHandler(IReporter reporter) => Receive<McpEvent>(received => reporter.Event(received, "notification"));
}

/// <summary>Handles <c>system.*</c>: shows how the server is.</summary>
internal sealed class SystemHandler : ReceiveActor
{
    public SystemHandler(IReporter reporter) => Receive<McpEvent>(received => reporter.Event(received, "system"));
}

/// <summary>Handles everything: counts, and shows nothing.</summary>
internal sealed class TallyHandler : ReceiveActor
{
    public TallyHandler(Tally tally) => Receive<McpEvent>(tally.Add);
}
