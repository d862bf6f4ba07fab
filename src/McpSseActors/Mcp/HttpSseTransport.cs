using McpSseActors.Configuration;
using McpSseActors.Connections;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// HTTP+SSE (MCP 2024-11-05, transports). One event stream carries everything that the server sends; the client posts
/// to the URL in its first event. Nothing can be resumed: every attempt starts a new session.
/// </summary>
internal sealed class HttpSseTransport(McpContext context, string reason) : SessionTransport(context)
{
    private readonly TaskCompletionSource<Uri> _endpoint = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override (string Name, string Reason) Kind => ("http-sse", reason);

    protected override async Task BeginAsync(string lastEventId, CancellationToken cancellation)
    {
        var response = await Context.Http.GetAsync(Context.Http.Url, [], cancellation).ConfigureAwait(false);
        if (AnswerHead.Refuse(response) is { } refused)
            throw new TransportException(refused);
        var body = await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation, Context.Options.Tee).ConfigureAwait(false);
        using var patience = new Patience(LeastPatience, cancellation);
        var inbox = new McpInbox(Context, movesCursor: false)
        {
            OnEndpoint = named => Name(named),
            OnOther = () =>
            {
                if (!_endpoint.Task.IsCompleted)
                    patience.Begin();
            },
        };
        Listen(Task.CompletedTask, body, inbox, () => _endpoint.Task.IsCompletedSuccessfully ? new AttemptOutcome.Ended() : NoEndpoint().Outcome);
        try
        {
            await _endpoint.Task.WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            throw NoEndpoint();
        }

        await InitializeAsync(McpProtocol.Oldest, cancellation).ConfigureAwait(false);
    }

    protected override async Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation)
    {
        using (var response = await PostAsync(request.ToJson(), cancellation).ConfigureAwait(false))
        {
            if (!response.IsSuccessStatusCode)
                throw request.Method == RequestMethods.Initialize ? Refuse(request.Method, response) : new TransportException(AnswerHead.Reject(response));
        }

        // The body of the response is ignored: the answer arrives on the stream.
        await answer.WaitAsync(cancellation).ConfigureAwait(false);
    }

    protected override async Task NotifyAsync(string method, CancellationToken cancellation)
    {
        using var response = await PostAsync(JsonRpc.Notification(method), cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refuse(method, response);
    }

    protected override async Task ReplyAsync(byte[] reply, CancellationToken cancellation) =>
        (await PostAsync(reply, cancellation).ConfigureAwait(false)).Dispose();

    // The server may send requests before its endpoint.
    protected override bool CanReply => _endpoint.Task.IsCompletedSuccessfully;

    private async Task<HttpResponseMessage> PostAsync(byte[] message, CancellationToken cancellation) =>
        await Context.Http.PostAsync(await _endpoint.Task.ConfigureAwait(false), message, [], cancellation).ConfigureAwait(false);

    private void Name(string named)
    {
        try
        {
            _endpoint.TrySetResult(Resolve(named));
        }
        catch (TransportException refused)
        {
            _endpoint.TrySetException(refused);
        }
    }

    private static TransportException NoEndpoint() =>
        TransportException.NotSupported($"the server's stream does not begin with an endpoint; {PlainRemedy}");

    // The standard does not restrict the URL, so a server could send the credentials anywhere.
    private Uri Resolve(string named)
    {
        if (!Uri.TryCreate(Context.Http.Url, named, out var endpoint))
            throw TransportException.NotSupported("the server sent an endpoint that is not a URL");
        return Context.Http.IsSameOrigin(endpoint)
            ? endpoint
            : throw TransportException.NotSupported($"the server sent an endpoint of another origin, {Redact.Origin(endpoint)}, which is not trusted");
    }
}
