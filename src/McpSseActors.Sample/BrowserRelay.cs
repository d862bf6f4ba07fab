using Akka.Actor;

namespace McpSseActors.Sample;

/// <summary>Hands every event to the browsers. What comes late for one of them is the feed's matter, so the stream goes on at its own pace.</summary>
public sealed class BrowserRelay : ReceiveActor
{
    public BrowserRelay(BrowserFeed browsers) => Receive<McpEvent>(browsers.Publish, received => !received.IsComment);
}
