using System.Net;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// Streamable HTTP (MCP 2025-03-26 to 2025-11-25, transports). A session outlives its streams: the stream of a lost connection is resumed after the
/// last event ID. A session that the server has forgotten is begun anew.
/// </summary>
internal sealed class StreamableHttpTransport(McpContext context, string reason) : SessionTransport(context)
{
    private const string SessionHeader = "Mcp-Session-Id";

    /// <summary>So often the server may say that another stream of the session is open, before the session is given up.</summary>
    private const int MostConflicts = 2;

    private string? _offeredSession;

    protected override (string Name, string Reason) Kind => ("streamable-http", reason);

    private Uri Url => Context.Http.Url;

    protected override async Task BeginAsync(string lastEventId, CancellationToken cancellation)
    {
        if (State.Session?.Url != Url)
            State.Session = null;
        var isFresh = State.Session is null;
        if (isFresh)
            await BeginSessionAsync(cancellation).ConfigureAwait(false);
        var response = await GetAsync(isFresh ? "" : lastEventId, cancellation).ConfigureAwait(false);
        if (!isFresh && await IsForgottenAsync(response, cancellation).ConfigureAwait(false))
        {
            response.Dispose();
            isFresh = true;
            await BeginSessionAsync(cancellation).ConfigureAwait(false);
            response = await GetAsync("", cancellation).ConfigureAwait(false);
        }

        Accept(response);
        State.Conflicts = 0;
        IsResumed = !isFresh && lastEventId.Length > 0;
        if (isFresh)
            await EmitAsync(new DecodedEvents().Take(received: 0, default, State.Session), cancellation).ConfigureAwait(false);
        var inbox = new McpInbox(Context, movesCursor: true) { OnEndpoint = _ => EndAsAnother() };
        // A stream that ends at once must not be taken for one that was refused: what it brought would be lost.
        Listen(Opened, await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation, Context.Options.Tee).ConfigureAwait(false), inbox, () => new AttemptOutcome.Ended(inbox.Retry is not null && inbox.LastEventId.Length > 0));
        Run(PingAsync);
    }

    public override async Task CloseAsync(CancellationToken cancellation)
    {
        if (State.Session is not { Id: not null })
            return;
        var headers = Headers();
        State.Session = null;
        using var response = await Context.Http.DeleteAsync(Url, headers, cancellation).ConfigureAwait(false);
    }

    protected override async Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation)
    {
        using var response = await PostAsync(request.ToJson(), request.Id, cancellation).ConfigureAwait(false);
        if (request.Method == "initialize")
            _offeredSession = response.Headers.TryGetValues(SessionHeader, out var ids) ? ids.FirstOrDefault() : null;
        var inbox = new McpInbox(Context, movesCursor: false);
        if (AnswerHead.Refuse(response) is not null)
            await ReadJsonAsync(response, inbox, cancellation).ConfigureAwait(false);
        else
            await FollowAsync(response, inbox, () => answer.IsCompleted || IsUseless(), cancellation).ConfigureAwait(false);
        if (IsUseless())
            throw TransportException.NotSupported(
                $"the server answers initialize with {response.Content.Headers.ContentType?.MediaType ?? "no content type"} that is no JSON-RPC; check server_url, and for a plain event stream set transport = \"sse\"");
        if (!answer.IsCompleted)
            throw TransportException.Lost($"the server took {request.Method}, but did not answer it");

        bool IsUseless() => !answer.IsCompleted && request.Method == "initialize" && inbox.IsForeign;
    }

    protected override string? TakeSessionId() => _offeredSession is null || Configuration.Rules.IsVisibleAscii(_offeredSession)
        ? _offeredSession
        : throw TransportException.NotSupported("the server gave a session ID that no header can carry");

    protected override async Task NotifyAsync(string method, CancellationToken cancellation) =>
        (await PostAsync(JsonRpc.Notification(method), null, cancellation).ConfigureAwait(false)).Dispose();

    // Whether the session is alive, others find out: a refusal may be about the answer alone.
    protected override async Task ReplyAsync(byte[] reply, CancellationToken cancellation) =>
        (await Context.Http.PostAsync(Url, reply, Headers(), cancellation).ConfigureAwait(false)).Dispose();

    /// <summary>Begins a session without listening to it.</summary>
    public Task BeginSessionAsync(CancellationToken cancellation) => InitializeAsync(McpProtocol.NewestWithSessions, cancellation);

    private Task<HttpResponseMessage> GetAsync(string lastEventId, CancellationToken cancellation) =>
        Context.Http.GetAsync(Url, lastEventId.Length > 0 ? [.. Headers(), ("Last-Event-ID", lastEventId)] : Headers(), cancellation);

    // By the book it is 404; servers also say 400, 401 and 410.
    private async Task<bool> IsForgottenAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is HttpStatusCode.Conflict && ++State.Conflicts >= MostConflicts)
        {
            await CloseAsync(cancellation).ConfigureAwait(false);
            return true;
        }

        return IsLostSession(response.StatusCode);
    }

    private static bool IsLostSession(HttpStatusCode status) =>
        status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Gone;

    private static void Accept(HttpResponseMessage response)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound or HttpStatusCode.BadRequest:
                throw TransportException.NotSupported($"the server offers no event stream: it answers GET with {(int)response.StatusCode}, and only tells what it is asked");
            case HttpStatusCode.Conflict:
                throw TransportException.Lost("another stream of this session is still open (409)");
        }

        if (AnswerHead.Refuse(response) is { } refused)
            throw new TransportException(refused);
    }

    // What begins like HTTP+SSE has no sessions: there is another server at this address now.
    private void EndAsAnother()
    {
        State.Session = null;
        End(new AttemptOutcome.Lost("the server speaks HTTP+SSE now"));
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] message, long? id, CancellationToken cancellation)
    {
        var response = await Context.Http.PostAsync(Url, message, Headers(), cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var answer = await RpcAnswer.ReadAsync(response, Context.Options.MaxEventSize, Context.Scrubber, cancellation).ConfigureAwait(false);
            if (id is { } asked && answer.Answers(asked) && answer.Error is { } error && State.Session is not null)
                throw error;
            throw Lost(response);
        }
    }

    private TransportException Lost(HttpResponseMessage response)
    {
        if (State.Session is null || !IsLostSession(response.StatusCode))
            return new TransportException(AnswerHead.Reject(response));
        State.Session = null;
        return TransportException.Lost($"the server has forgotten the session ({(int)response.StatusCode})");
    }

    private async Task ReadJsonAsync(HttpResponseMessage response, McpInbox inbox, CancellationToken cancellation)
    {
        var json = await McpHttp.ReadAsync(response, Context.Options.MaxEventSize, cancellation).ConfigureAwait(false);
        if (json.Length == 0)
            return;
        await EmitAsync(inbox.ReadJson(json), cancellation).ConfigureAwait(false);
        await AnswerAsync(inbox, cancellation).ConfigureAwait(false);
    }

    // A stream that ends before the answer is resumed like the one that is listened to: after the time that the server named (SEP-1699).
    private async Task FollowAsync(HttpResponseMessage response, McpInbox inbox, Func<bool> isEnough, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var body = await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation).ConfigureAwait(false);
                await using (body.ConfigureAwait(false))
                    await PumpAsync(body, inbox, isEnough, cancellation).ConfigureAwait(false);
            }
            catch (IOException) when (inbox.LastEventId.Length > 0)
            {
                // As good as an end.
            }

            if (isEnough() || inbox.LastEventId.Length == 0)
                return;
            await WaitAsync(Bounded(inbox.Retry ?? Context.Options.InitialReconnectDelay), cancellation).ConfigureAwait(false);
            response.Dispose();
            response = await GetAsync(inbox.LastEventId, cancellation).ConfigureAwait(false);
            if (AnswerHead.Refuse(response) is not null)
                throw Lost(response);
        }
    }

    // No timer runs for nothing, or for ever.
    private TimeSpan Bounded(TimeSpan asked) => TimeSpan.FromMilliseconds(Math.Clamp(asked.TotalMilliseconds, 1, Context.Options.MaxReconnectDelay.TotalMilliseconds));

    private List<(string Name, string Value)> Headers()
    {
        var headers = new List<(string, string)>();
        if (State.Session is not { } session)
            return headers;
        headers.Add(("MCP-Protocol-Version", session.Version));
        if (session.Id is { } id)
            headers.Add((SessionHeader, id));
        return headers;
    }
}
