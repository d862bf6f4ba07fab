// <docs:handler-test>
using Akka.Actor;
using Akka.TestKit.Xunit2;
using McpSseActors;
using Shouldly;
using Xunit;
// </docs:handler-test>

namespace Examples;

// <docs:handler-test>
public sealed class ChatHandlerSpec : TestKit
{
    [Fact]
    public async Task Should_say_the_text_when_a_chat_message_comes()
    {
        var room = new ChatRoom();
        var handler = Sys.ActorOf(Props.Create(() => new ChatHandler(room)));

        handler.Tell(new McpEvent("chat", "chat.message", """{"text":"hello"}"""u8.ToArray(), DateTimeOffset.UnixEpoch));

        // The answer to Identify arrives after the event is handled.
        await handler.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromSeconds(3));
        room.Lines.ShouldBe(["hello"]);
    }
}
// </docs:handler-test>
