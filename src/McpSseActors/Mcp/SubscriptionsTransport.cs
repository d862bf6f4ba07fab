using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// Subscriptions (MCP 2026-07-28, subscriptions). The answer to one request, <c>subscriptions/listen</c>, is the stream. Nothing is ever sent again, and
/// there are no sessions: every request says all that is needed.
/// </summary>
internal sealed class SubscriptionsTransport(McpContext context, string reason, string server = "") : McpTransport(context)
{
    private Subscription? _current;

    protected override async Task BeginAsync(string lastEventId, CancellationToken cancellation)
    {
        _current = await SubscribeAsync(State.Wanted, cancellation).ConfigureAwait(false);
        State.Speak("subscriptions", reason, McpProtocol.Modern, server);
    }

    // The new one is there before the old one goes, so that nothing falls between them.
    protected override async Task ApplyAsync(McpSubscriptions wanted, CancellationToken cancellation)
    {
        var before = _current!;
        if (before.Wanted != wanted)
            _current = await SubscribeAsync(wanted, cancellation).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Context.Options.ConnectionTimeout);
        try
        {
            await _current!.Acknowledged.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TransportException.Lost($"the server did not acknowledge the subscription within the connection_timeout of {Context.Options.ConnectionTimeout.TotalSeconds:0.###} s");
        }

        if (before != _current)
            before.Close();
    }

    protected override async Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation)
    {
        using var response = await PostAsync(request, cancellation).ConfigureAwait(false);
        var inbox = new McpInbox(Context, movesCursor: false);
        if (AnswerHead.Refuse(response) is not null)
            await EmitAsync(inbox.ReadJson(await McpHttp.ReadAsync(response, Context.Options.MaxEventSize, cancellation).ConfigureAwait(false)), cancellation).ConfigureAwait(false);
        else
            await PumpAsync(await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation).ConfigureAwait(false), inbox, () => answer.IsCompleted, cancellation).ConfigureAwait(false);
        if (!answer.IsCompleted)
            throw TransportException.Lost($"the server took {request.Method}, but did not answer it");
    }

    // There are no requests of the server in this revision, and nothing that could answer them.
    protected override Task ReplyAsync(byte[] reply, CancellationToken cancellation) => Task.CompletedTask;

    private async Task<Subscription> SubscribeAsync(McpSubscriptions wanted, CancellationToken cancellation)
    {
        var id = State.NextId();
        var ended = Context.Pending.Add(id);
        var subscription = new Subscription(wanted);
        var response = await PostAsync(new McpRequest(id, "subscriptions/listen", Filter(wanted)), cancellation).ConfigureAwait(false);
        if (AnswerHead.Refuse(response) is not null)
            throw (await RpcAnswer.ReadAsync(response, Context.Options.MaxEventSize, Context.Scrubber, cancellation).ConfigureAwait(false)).Error is { } error
                ? new TransportException(Refused(error))
                : TransportException.NotSupported("the server answered subscriptions/listen without an event stream");

        var body = await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation, Context.Options.Tee).ConfigureAwait(false);
        var inbox = new McpInbox(Context, movesCursor: false)
        {
            OnAcknowledged = acknowledged =>
            {
                subscription.Granted = Read(acknowledged);
                State.Grant(subscription.Granted);
                subscription.Acknowledge();
            },
        };
        Run(over => PumpAsync(subscription, body, inbox, ended, over));
        return subscription;
    }

    private async Task PumpAsync(Subscription subscription, EventBody body, McpInbox inbox, Task<JsonElement> ended, CancellationToken over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, subscription.Closed);
        try
        {
            await using (body.ConfigureAwait(false))
                await PumpAsync(body, inbox, () => ended.IsCompleted, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (subscription.Closed.IsCancellationRequested)
        {
            return;
        }

        End(ended switch
        {
            { IsFaulted: true, Exception.InnerException: RpcException error } => Refused(error),
            { IsCompleted: true } when subscription.Granted.IsEmpty =>
                new AttemptOutcome.NotSupported("the server has nothing to listen to: it granted none of what was asked for, and ended the subscription"),
            { IsCompleted: true } => new AttemptOutcome.Ended(),
            _ => new AttemptOutcome.Lost("the server broke the subscription off"),
        });
    }

    // A server that names our revision among those it supports may refuse it once all the same.
    private async Task<HttpResponseMessage> PostAsync(McpRequest request, CancellationToken cancellation, bool isSecond = false)
    {
        try
        {
            return await PostOnceAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (RpcException unsupported) when (unsupported.Code == McpProtocol.UnsupportedVersion)
        {
            if (!isSecond && McpProtocol.HasModern(unsupported.Details, "supported"))
                return await PostAsync(request, cancellation, isSecond: true).ConfigureAwait(false);
            throw TransportException.NotSupported($"the server does not speak revision {McpProtocol.Modern}; set transport = \"auto\"");
        }
    }

    private async Task<HttpResponseMessage> PostOnceAsync(McpRequest request, CancellationToken cancellation)
    {
        var parameters = request.Parameters ?? [];
        parameters["_meta"] = McpProtocol.Meta();
        var name = parameters["name"] ?? parameters["uri"];
        (string, string)[] headers =
        [
            ("MCP-Protocol-Version", McpProtocol.Modern),
            ("Mcp-Method", request.Method),
            .. name is null ? Array.Empty<(string, string)>() : [("Mcp-Name", HeaderText(name.GetValue<string>()))],
        ];
        var response = await Context.Http.PostAsync(Context.Http.Url, (request with { Parameters = parameters }).ToJson(), headers, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await RefusalAsync(request, response, cancellation).ConfigureAwait(false);
    }

    private async Task<Exception> RefusalAsync(McpRequest request, HttpResponseMessage response, CancellationToken cancellation)
    {
        var error = (await RpcAnswer.ReadAsync(response, Context.Options.MaxEventSize, Context.Scrubber, cancellation).ConfigureAwait(false)).Error;
        return (error?.Code, request.Method) switch
        {
            (McpProtocol.UnsupportedVersion, _) => error!,
            (JsonRpc.MethodNotFound, "subscriptions/listen") => TransportException.NotSupported("the server has no subscriptions/listen; set transport = \"auto\""),
            (not null, "subscriptions/listen") => new TransportException(Refused(error)),
            (not null, _) => error,
            _ => new TransportException(AnswerHead.Reject(response)),
        };
    }

    // Too many subscriptions are an internal error, and pass.
    private static AttemptOutcome Refused(RpcException error)
    {
        var reason = $"the server refuses subscriptions/listen: {error.Message}";
        return error.Code == JsonRpc.InternalError ? new AttemptOutcome.Lost(reason) : new AttemptOutcome.NotSupported(reason);
    }

    // What is no plain ASCII goes as RFC 2047 would have it (2026-07-28, streamable HTTP).
    private static string HeaderText(string text) => text.All(c => c is >= ' ' and <= '~') && text.Trim() == text && !text.StartsWith("=?", StringComparison.Ordinal)
        ? text
        : $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    private static JsonObject Filter(McpSubscriptions wanted)
    {
        var filter = new JsonObject();
        if (wanted.ToolsChanged)
            filter["toolsListChanged"] = true;
        if (wanted.PromptsChanged)
            filter["promptsListChanged"] = true;
        if (wanted.ResourcesChanged)
            filter["resourcesListChanged"] = true;
        if (!wanted.Resources.IsEmpty)
            filter["resourceSubscriptions"] = new JsonArray([.. wanted.Resources.Select(uri => (JsonNode)uri)]);
        return new JsonObject { ["notifications"] = filter };
    }

    private static McpSubscriptions Read(JsonElement acknowledged)
    {
        if (acknowledged.ValueKind is not JsonValueKind.Object || !acknowledged.TryGetProperty("notifications", out var granted) || granted.ValueKind is not JsonValueKind.Object)
            return new McpSubscriptions();
        return new McpSubscriptions
        {
            ToolsChanged = Has("toolsListChanged"),
            PromptsChanged = Has("promptsListChanged"),
            ResourcesChanged = Has("resourcesListChanged"),
            Resources = granted.TryGetProperty("resourceSubscriptions", out var uris) && uris.ValueKind is JsonValueKind.Array
                ? [.. uris.EnumerateArray().Where(uri => uri.ValueKind is JsonValueKind.String).Select(uri => uri.GetString()!)]
                : [],
        };

        bool Has(string name) => granted.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;
    }

    /// <summary>One <c>subscriptions/listen</c> and its stream.</summary>
    private sealed class Subscription(McpSubscriptions wanted)
    {
        private readonly TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _closed = new();

        public McpSubscriptions Wanted => wanted;

        public McpSubscriptions Granted { get; set; } = new();

        public Task Acknowledged => _acknowledged.Task;

        public CancellationToken Closed => _closed.Token;

        public void Acknowledge() => _acknowledged.TrySetResult();

        public void Close() => _closed.Cancel();
    }
}
