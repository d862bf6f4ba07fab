// <docs:tested-chat-room>
using System.Collections.Concurrent;

// </docs:tested-chat-room>
// <docs:chat-handler>
using Akka.Actor;
using McpSseActors;
// </docs:chat-handler>

namespace Examples;

/// <summary>A service of the user's.</summary>
// <docs:tested-chat-room>
public sealed class ChatRoom
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public void Say(string line) => _lines.Enqueue(line);
}
// </docs:tested-chat-room>

// <docs:chat-handler>
public sealed class ChatHandler : ReceiveActor
{
    public ChatHandler(ChatRoom room) => Receive<McpEvent>(received =>
    {
        if (received.Data.TryGetProperty("text", out var text))
            room.Say(text.GetString() ?? "");
    });
}
// </docs:chat-handler>
