using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Connections;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// Subscriptions (MCP 2026-07-28, subscriptions). The answer to one request, <c>subscriptions/listen</c>, is the
/// stream. Nothing is resent, and the protocol is stateless: every request is complete.
/// </summary>
internal sealed class SubscriptionsTransport(McpContext context, string reason, string server = "") : McpTransport(context)
{
    private Subscription? _current;

    protected override async Task BeginAsync(string lastEventId, CancellationToken cancellation)
    {
        _current = await SubscribeAsync(State.Wanted, isFirst: true, cancellation).ConfigureAwait(false);
        State.UseProtocol("subscriptions", reason, McpProtocol.Modern, server);
    }

    // The new subscription starts before the old one ends, so that no event is lost between them.
    protected override async Task ApplyAsync(McpSubscriptions wanted, CancellationToken cancellation)
    {
        var before = _current!;
        if (before.Wanted == wanted)
        {
            await AcknowledgedAsync(before, cancellation).ConfigureAwait(false);
            return;
        }

        try
        {
            var next = await SubscribeAsync(wanted, isFirst: false, cancellation).ConfigureAwait(false);
            await AcknowledgedAsync(next, cancellation).ConfigureAwait(false);
            _current = next;
            before.Close();
        }
        catch (Exception refused) when (IsRefusal)
        {
            State.Log.Warning("Stream {Stream}: the server does not grant {Method}: {Reason}", State.Stream, RequestMethods.SubscriptionsListen, Explain(refused));
        }
    }

    private async Task AcknowledgedAsync(Subscription subscription, CancellationToken cancellation)
    {
        using var limit = new Patience(Context.Options.ConnectionTimeout, cancellation);
        limit.Begin();
        try
        {
            await subscription.Acknowledged.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            subscription.Close();
            throw TransportException.Lost($"the server did not acknowledge the subscription within the connection_timeout of {Context.Options.ConnectionTimeout.TotalSeconds:0.###} s");
        }
    }

    protected override async Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation)
    {
        using var response = await PostAsync(request, cancellation).ConfigureAwait(false);
        var inbox = new McpInbox(Context, movesCursor: false);
        if (AnswerHead.Refuse(response) is not null)
            await EmitAsync(inbox, inbox.ReadJson(await McpHttp.ReadAsync(response, Context.Options, cancellation).ConfigureAwait(false)),
                cancellation).ConfigureAwait(false);
        else
            await PumpAsync(await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation).ConfigureAwait(false),
                inbox, () => answer.IsCompleted, cancellation).ConfigureAwait(false);
        if (!answer.IsCompleted)
            throw Context.Pending.Unassigned ?? (Exception)TransportException.Lost($"the server took {request.Method}, but did not answer it");
    }

    // In this revision, a server sends no requests.
    protected override Task ReplyAsync(byte[] reply, CancellationToken cancellation) => Task.CompletedTask;

    private async Task<Subscription> SubscribeAsync(McpSubscriptions wanted, bool isFirst, CancellationToken cancellation)
    {
        var id = State.NextId();
        var ended = Context.Pending.Add(id);
        var subscription = new Subscription(wanted);
        var response = await Context.MeasureAsync(
            new McpRequest(id, RequestMethods.SubscriptionsListen, Filter(wanted)), McpProtocol.Modern,
            request => PostAsync(request, cancellation)).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NoContent)
            throw new TransportException(AnswerHead.Reject(response));
        if (AnswerHead.Refuse(response) is not null)
            throw (await RpcAnswer.ReadAsync(response, id, Context.Options, Context.Redactor, cancellation).ConfigureAwait(false)).Error is { } error
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
        Run(over => PumpAsync(subscription, body, inbox, ended, isFirst, over));
        return subscription;
    }

    private async Task PumpAsync(Subscription subscription, EventBody body, McpInbox inbox, Task<JsonElement> ended, bool isFirst, CancellationToken over)
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
        catch (Exception fault) when (!isFirst && !subscription.Acknowledged.IsCompleted)
        {
            subscription.Refuse(fault);
            return;
        }

        AttemptOutcome outcome = ended switch
        {
            { IsFaulted: true, Exception.InnerException: RpcException error } => Refused(error),
            { IsCompleted: true } when subscription.Granted.IsEmpty =>
                new AttemptOutcome.NotSupported("the server has nothing to listen to: it granted none of the requested subscriptions, and ended the stream"),
            { IsCompleted: true } => new AttemptOutcome.Ended(),
            _ => new AttemptOutcome.Lost("the server closed the subscription without an answer"),
        };
        // While the subscription that it was to replace goes on, so does the stream.
        if (isFirst || subscription.Acknowledged.IsCompletedSuccessfully)
            End(outcome);
        else
            subscription.Refuse(new TransportException(outcome));
    }

    // A server that lists this revision as supported may still refuse it once.
    private async Task<HttpResponseMessage> PostAsync(McpRequest request, CancellationToken cancellation, bool isSecond = false)
    {
        try
        {
            return await PostOnceAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (RpcException unsupported) when (unsupported.Code is McpErrorCode.UnsupportedProtocolVersion)
        {
            if (!isSecond && McpProtocol.HasModern(unsupported.Details, "supported"))
                return await PostAsync(request, cancellation, isSecond: true).ConfigureAwait(false);
            throw TransportException.NotSupported($"the server does not speak revision {McpProtocol.Modern}; set transport = \"auto\"");
        }
    }

    private async Task<HttpResponseMessage> PostOnceAsync(McpRequest request, CancellationToken cancellation)
    {
        var response = await request.PostAsync(Context.Http, McpProtocol.Meta(), cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await RefusalAsync(request, response, cancellation).ConfigureAwait(false);
    }

    private async Task<Exception> RefusalAsync(McpRequest request, HttpResponseMessage response, CancellationToken cancellation)
    {
        var error = (await RpcAnswer.ReadAsync(response, request.Id, Context.Options, Context.Redactor, cancellation).ConfigureAwait(false)).Error;
        return (error?.Code, request.Method) switch
        {
            (McpErrorCode.UnsupportedProtocolVersion, _) => error!,
            (McpErrorCode.MethodNotFound, RequestMethods.SubscriptionsListen) => TransportException.NotSupported("the server has no subscriptions/listen; set transport = \"auto\""),
            (not null, RequestMethods.SubscriptionsListen) => new TransportException(Refused(error)),
            (not null, _) => error,
            _ => new TransportException(AnswerHead.Reject(response)),
        };
    }

    // Too many subscriptions cause an internal error, which is temporary.
    private static AttemptOutcome Refused(RpcException error)
    {
        var reason = $"the server refuses subscriptions/listen: {error.Message}";
        return error.Code is McpErrorCode.InternalError ? new AttemptOutcome.Lost(reason) : new AttemptOutcome.NotSupported(reason);
    }

    private static JsonObject Filter(McpSubscriptions wanted) => McpProtocol.ToJson(new SubscriptionsListenRequestParams
    {
        Notifications = new SubscriptionsListenNotifications
        {
            ToolsListChanged = wanted.ToolsChanged ? true : null,
            PromptsListChanged = wanted.PromptsChanged ? true : null,
            ResourcesListChanged = wanted.ResourcesChanged ? true : null,
            ResourceSubscriptions = wanted.Resources.IsEmpty ? null : [.. wanted.Resources],
        },
    });

    private static McpSubscriptions Read(JsonElement acknowledged)
    {
        var granted = McpProtocol.Read<SubscriptionsListenNotifications>(acknowledged, "notifications");
        return new McpSubscriptions
        {
            ToolsChanged = granted?.ToolsListChanged is true,
            PromptsChanged = granted?.PromptsListChanged is true,
            ResourcesChanged = granted?.ResourcesListChanged is true,
            Resources = [.. granted?.ResourceSubscriptions ?? []],
        };
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

        public void Refuse(Exception reason) => _acknowledged.TrySetException(reason);

        public void Close() => _closed.Cancel();
    }
}
