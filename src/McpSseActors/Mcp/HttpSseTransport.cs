using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// HTTP+SSE (MCP 2024-11-05, transports). One event stream carries everything that the server sends; the client posts
/// to the URL in its first event. Nothing can be resumed: every attempt starts a new session.
/// </summary>
internal sealed class HttpSseTransport(McpContext context, string reason) : SessionTransport(context)
{
    private readonly TaskCompletionSource<string> _named = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Uri? _endpoint;

    protected override (string Name, string Reason) Kind => ("http-sse", reason);

    protected override async Task BeginAsync(string lastEventId, CancellationToken cancellation)
    {
        var response = await Context.Http.GetAsync(Context.Http.Url, [], cancellation).ConfigureAwait(false);
        if (AnswerHead.Refuse(response) is { } refused)
            throw new TransportException(refused);
        var body = await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation, Context.Options.Tee).ConfigureAwait(false);
        var inbox = new McpInbox(Context, movesCursor: false)
        {
            OnEndpoint = named => _named.TrySetResult(named),
            OnOther = () => _named.TrySetException(NoEndpoint()),
        };
        Listen(Task.CompletedTask, body, inbox, () => _named.Task.IsCompletedSuccessfully ? new AttemptOutcome.Ended() : NoEndpoint().Outcome);
        _endpoint = Resolve(await _named.Task.WaitAsync(cancellation).ConfigureAwait(false));
        await InitializeAsync(McpProtocol.Oldest, cancellation).ConfigureAwait(false);
    }

    protected override async Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation)
    {
        await PostAsync(request.ToJson(), cancellation).ConfigureAwait(false);
        await answer.WaitAsync(cancellation).ConfigureAwait(false);
    }

    protected override Task NotifyAsync(string method, CancellationToken cancellation) => PostAsync(JsonRpc.Notification(method), cancellation);

    protected override Task ReplyAsync(byte[] reply, CancellationToken cancellation) => PostAsync(reply, cancellation);

    // The body of a 2xx response is ignored: the answer arrives on the stream.
    private async Task PostAsync(byte[] message, CancellationToken cancellation)
    {
        using var response = await Context.Http.PostAsync(_endpoint!, message, [], cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new TransportException(AnswerHead.Reject(response));
    }

    private static TransportException NoEndpoint() =>
        TransportException.NotSupported("the server's stream does not begin with an endpoint; for a plain event stream set transport = \"sse\"");

    // The standard does not restrict the URL, so a server could send the credentials anywhere.
    private Uri Resolve(string named)
    {
        if (!Uri.TryCreate(Context.Http.Url, named, out var endpoint))
            throw TransportException.NotSupported("the server sent an endpoint that is not a URL");
        return Context.Http.IsSameOrigin(endpoint)
            ? endpoint
            : throw TransportException.NotSupported($"the server sent an endpoint of another origin, {endpoint.Authority}, which is not trusted");
    }
}
