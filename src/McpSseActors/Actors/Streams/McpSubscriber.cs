using Akka.Actor;
using McpSseActors.Configuration;
using McpSseActors.Mcp;

namespace McpSseActors.Actors.Streams;

/// <summary>Answers the requests about MCP subscriptions: when the server has answered, or at once while the stream is not connected.</summary>
internal sealed class McpSubscriber(LiveOptions options, McpState state, StoredStreams stored)
{
    /// <summary>Handles a request about subscriptions; false for any other message.</summary>
    public bool Handle(object request, IActorRef asker)
    {
        switch (request)
        {
            case AddMcpResources added:
                Want(wanted => wanted with { Resources = [.. wanted.Resources.Union(added.Uris)] }, added.Persist, asker);
                return true;
            case RemoveMcpResources removed:
                Want(wanted => wanted with { Resources = [.. wanted.Resources.Except(removed.Uris)] }, removed.Persist, asker);
                return true;
            case SetMcpSubscriptions all:
                Want(_ => all.Subscriptions, all.Persist, asker);
                return true;
            case GetEventTypes:
                Answer(() => GetEventTypesAsync().PipeTo(asker, failure: fault => new Status.Failure(fault)), asker);
                return true;
            case GetMcpSubscriptions:
                Answer(() => asker.Tell(state.Describe()), asker);
                return true;
            case RestoreSubscriptions restored:
                options.Subscriptions = restored.Subscriptions;
                _ = state.WantAsync(_ => restored.Subscriptions);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The stream is gone, and nobody takes what is posted to its webhook.</summary>
    public void End()
    {
        if (state.Events.Webhook is { } webhook)
            state.Webhooks?.Remove(webhook);
    }

    /// <summary>Asks the server for what the options of a running stream have come to say.</summary>
    public void ApplyOptions(StreamOptions before, StreamOptions now)
    {
        if (now.Mcp.Subscriptions == before.Mcp.Subscriptions)
            return;
        options.Subscriptions = null;
        _ = state.WantAsync(_ => now.Mcp.Subscriptions);
    }

    // The server is asked each time, whether the stream is connected or not.
    private async Task<McpEventTypes> GetEventTypesAsync()
    {
        var stream = options.Value;
        if (!Uri.TryCreate(stream.ServerUrl, UriKind.Absolute, out _))
            throw new InvalidOperationException($"Stream {stream.Name} has no server_url.");
        using var http = new McpHttp(stream, state.Server);
        using var limit = new Patience(stream.ConnectionTimeout, CancellationToken.None);
        limit.Begin();
        var (context, known) = (new McpContext(stream, state, http), new EventsState());
        var discovery = new EventsDiscovery(context, known);
        try
        {
            var capability = await discovery.DiscoverAsync(limit.Token).ConfigureAwait(false);
            var types = await discovery.ListAsync(capability, limit.Token).ConfigureAwait(false);
            await EventsSession.EndAsync(context, known, limit.Token).ConfigureAwait(false);
            return new McpEventTypes(stream.Name, types, capability.Dialect);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The server of stream {stream.Name} did not answer within the connection_timeout of {stream.ConnectionTimeout.TotalSeconds:0.###} s.");
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"The event types of stream {stream.Name} are unknown: {EventsTransport.Explain(fault, http)}", fault);
        }
    }

    private void Want(Func<McpSubscriptions, McpSubscriptions> change, bool isStored, IActorRef asker) =>
        Answer(() => (isStored ? StoreAsync(change) : state.WantAsync(change)).PipeTo(asker), asker);

    private async Task<McpSubscriptionState> StoreAsync(Func<McpSubscriptions, McpSubscriptions> change)
    {
        options.Subscriptions = await stored.ChangeAsync(options.Value, change).ConfigureAwait(false);
        return await state.WantAsync(change).ConfigureAwait(false);
    }

    private void Answer(Action answer, IActorRef asker)
    {
        if (options.Value.Transport == StreamTransport.Sse)
            asker.Tell(new Status.Failure(new InvalidOperationException($"Stream {options.Value.Name} is a plain event stream: it has no MCP subscriptions.")));
        else
            answer();
    }
}
