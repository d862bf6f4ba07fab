using Akka.Actor;
using McpSseActors;

namespace Examples;

// <docs:traced-handler>
public sealed class TracedHandler : ReceiveActor
{
    public TracedHandler(ChatRoom room) => Receive<McpEvent>(received =>
    {
        using var span = received.StartHandling(nameof(TracedHandler));
        span?.SetTag("chat.length", received.Utf8Data.Length);
        room.Say(received.Text);
    });
}
// </docs:traced-handler>
