using Akka.Actor;
using McpSseActors.Configuration;
using McpSseActors.Mcp;

namespace McpSseActors.Actors.Streams;

/// <summary>Answers the requests about MCP subscriptions: when the server has answered, or at once while the stream is not connected.</summary>
internal sealed class McpSubscriber(LiveOptions options, McpState state)
{
    /// <summary>Handles a request about subscriptions; false for any other message.</summary>
    public bool Handle(object request, IActorRef asker)
    {
        switch (request)
        {
            case AddMcpResources added:
                Want(wanted => wanted with { Resources = [.. wanted.Resources.Union(added.Uris)] }, asker);
                return true;
            case RemoveMcpResources removed:
                Want(wanted => wanted with { Resources = [.. wanted.Resources.Except(removed.Uris)] }, asker);
                return true;
            case SetMcpSubscriptions all:
                Want(_ => all.Subscriptions, asker);
                return true;
            case GetMcpSubscriptions:
                Answer(() => asker.Tell(state.Describe()), asker);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Asks the server for what the options of a running stream have come to say.</summary>
    public void ApplyOptions(StreamOptions before, StreamOptions now)
    {
        if (now.Mcp != before.Mcp)
            _ = state.WantAsync(_ => now.Mcp.Subscriptions);
    }

    private void Want(Func<McpSubscriptions, McpSubscriptions> change, IActorRef asker) =>
        Answer(() => state.WantAsync(change).PipeTo(asker), asker);

    private void Answer(Action answer, IActorRef asker)
    {
        if (options.Value.Transport == StreamTransport.Sse)
            asker.Tell(new Status.Failure(new InvalidOperationException($"Stream {options.Value.Name} is a plain event stream: it has no MCP subscriptions.")));
        else
            answer();
    }
}
