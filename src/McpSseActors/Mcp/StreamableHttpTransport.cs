using System.Diagnostics;
using System.Net;
using McpSseActors.Connections;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// Streamable HTTP (MCP 2025-03-26 to 2025-11-25, transports). A session outlives its streams: after a lost connection,
/// the stream resumes after the last event ID. If the server no longer knows the session, a new one starts.
/// </summary>
internal sealed class StreamableHttpTransport(McpContext context, string reason) : SessionTransport(context)
{
    private const string SessionHeader = "Mcp-Session-Id";

    /// <summary>
    /// How often in a row the server may report another open stream of the session before a new session starts.
    /// </summary>
    private const int MostConflicts = 2;

    private string? _offeredSession;
    private Stopwatch? _begun;

    protected override (string Name, string Reason) Kind => ("streamable-http", reason);

    private Uri Url => Context.Http.Url;

    protected override async Task BeginAsync(string lastEventId, CancellationToken cancellation)
    {
        if (State.Session?.Url != McpSession.ServerOf(Url))
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
            await EmitAsync(new DecodedEvents().ToChunk(received: 0, default, State.Session), cancellation).ConfigureAwait(false);
        var inbox = new McpInbox(Context, movesCursor: true) { OnEndpoint = _ => EndAsHttpSse() };
        // A stream that ends at once must not count as refused: its events would be lost.
        Listen(Opened, await EventBody.OpenAsync(response, Context.Options.MaxEventSize, cancellation, Context.Options.Tee).ConfigureAwait(false),
            inbox, () => new AttemptOutcome.Ended(inbox.Retry is not null && inbox.LastEventId.Length > 0));
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
        using var response = await PostAsync(request, cancellation).ConfigureAwait(false);
        using var patience = new Patience(LeastPatience, cancellation);
        var inbox = new McpInbox(Context, movesCursor: false);
        var isEmpty = false;
        if (request.Method == RequestMethods.Initialize)
        {
            // Asks clients to stop, in answer to any request.
            if (response.StatusCode is HttpStatusCode.NoContent)
                throw new TransportException(AnswerHead.Reject(response));
            _offeredSession = response.Headers.TryGetValues(SessionHeader, out var ids) ? ids.FirstOrDefault() : null;
            State.Gate.Add(_offeredSession);
            inbox = new McpInbox(Context, movesCursor: false) { OnForeign = patience.Begin };
        }

        try
        {
            if (AnswerHead.Refuse(response) is not null)
                isEmpty = !await ReadJsonAsync(response, inbox, cancellation).ConfigureAwait(false);
            else
                await FollowAsync(request.Method, response, inbox, () => answer.IsCompleted, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            // Same as an end without the answer.
        }

        if (!answer.IsCompleted && request.Method == RequestMethods.Initialize && (inbox.IsForeign || isEmpty))
            throw TransportException.NotSupported(
                $"the server answers initialize with {(isEmpty ? "nothing" : $"{response.Content.Headers.ContentType?.MediaType ?? "no content type"} that is not JSON-RPC")}; check server_url, and {PlainRemedy}");
        if (!answer.IsCompleted)
            throw Context.Pending.Unassigned ?? (Exception)TransportException.Lost($"the server took {request.Method}, but did not answer it");
    }

    protected override string? ReadSessionId() => _offeredSession is null || Configuration.Rules.IsVisibleAscii(_offeredSession)
        ? _offeredSession
        : throw TransportException.NotSupported("the server sent a session ID that is not visible ASCII");

    protected override async Task NotifyAsync(string method, CancellationToken cancellation)
    {
        using var response = await Context.Http.PostAsync(Url, JsonRpc.Notification(method), Headers(), cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refuse(method, response);
    }

    protected override bool HasLostSession => State.Session is null;

    // An error does not mean that the session is lost: the server may refuse this answer alone.
    protected override async Task ReplyAsync(byte[] reply, CancellationToken cancellation) =>
        (await Context.Http.PostAsync(Url, reply, Headers(), cancellation).ConfigureAwait(false)).Dispose();

    /// <summary>Starts a session without listening to it.</summary>
    public Task BeginSessionAsync(CancellationToken cancellation)
    {
        _begun = Stopwatch.StartNew();
        return InitializeAsync(McpProtocol.NewestWithSessions, cancellation);
    }

    private Task<HttpResponseMessage> GetAsync(string lastEventId, CancellationToken cancellation) =>
        Context.Http.GetAsync(Url, lastEventId.Length > 0 ? [.. Headers(), ("Last-Event-ID", lastEventId)] : Headers(), cancellation);

    // The standard says 404; servers also answer 400, 401 and 410.
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
            case HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented:
                throw TransportException.NotSupported($"the server offers no event stream: it answers GET with {(int)response.StatusCode}, and only answers requests");
            case HttpStatusCode.Conflict:
                throw TransportException.Lost("another stream of this session is still open (409)");
        }

        if (AnswerHead.Refuse(response) is { } refused)
            throw new TransportException(refused);
    }

    // A stream that starts like HTTP+SSE has no sessions: another server now has this address.
    private void EndAsHttpSse()
    {
        State.Session = null;
        End(new AttemptOutcome.Lost("the server now speaks HTTP+SSE"));
    }

    private async Task<HttpResponseMessage> PostAsync(McpRequest request, CancellationToken cancellation)
    {
        var response = await Context.Http.PostAsync(Url, request.ToJson(), Headers(), cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var answer = await RpcAnswer.ReadAsync(response, request.Id, Context.Options, Context.Redactor, cancellation).ConfigureAwait(false);
            if (answer.IsAddressed && answer.Error is { } error && State.Session is not null)
                throw error;
            throw await LostAsync(request.Method, response, cancellation).ConfigureAwait(false);
        }
    }

    // The status of a forgotten session may also refuse this request alone. In a new session it does; in another one, a
    // ping tells.
    private async Task<TransportException> LostAsync(string method, HttpResponseMessage response, CancellationToken cancellation)
    {
        var rejected = new TransportException(AnswerHead.Reject(response));
        if (State.Session is null || !IsLostSession(response.StatusCode))
            return rejected;
        if (method != RequestMethods.Ping && (_begun?.Elapsed < Context.Options.HealthyAfter || await IsKnownAsync(cancellation).ConfigureAwait(false)))
            return rejected;
        State.Session = null;
        return TransportException.Lost($"the server no longer knows the session ({(int)response.StatusCode})");
    }

    private async Task<bool> IsKnownAsync(CancellationToken cancellation)
    {
        try
        {
            await RequestAsync(RequestMethods.Ping, null, cancellation).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The ping has ended the session, or was refused alone.
        }

        return State.Session is not null;
    }

    private async Task<bool> ReadJsonAsync(HttpResponseMessage response, McpInbox inbox, CancellationToken cancellation)
    {
        var json = await McpHttp.ReadAsync(response, Context.Options, cancellation).ConfigureAwait(false);
        // Servers that accept any request answer like this.
        if (json.AsSpan().Trim(" \t\r\n"u8) is var trimmed && (trimmed.IsEmpty || trimmed.SequenceEqual("{}"u8) || trimmed.SequenceEqual("[]"u8)))
            return false;
        await EmitAsync(inbox, inbox.ReadJson(json), cancellation).ConfigureAwait(false);
        await AnswerAsync(inbox, cancellation).ConfigureAwait(false);
        return true;
    }

    // A stream that ends before the answer resumes like the main stream, after the reconnection time of the server
    // (SEP-1699).
    private async Task FollowAsync(string method, HttpResponseMessage response, McpInbox inbox, Func<bool> isEnough, CancellationToken cancellation)
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
                // Same as an end.
            }

            if (isEnough() || inbox.LastEventId.Length == 0)
                return;
            await WaitAsync(Bounded(inbox.Retry ?? Context.Options.InitialReconnectDelay), cancellation).ConfigureAwait(false);
            response.Dispose();
            response = await GetAsync(inbox.LastEventId, cancellation).ConfigureAwait(false);
            if (AnswerHead.Refuse(response) is not null)
                throw await LostAsync(method, response, cancellation).ConfigureAwait(false);
        }
    }

    // The wait is neither zero nor unlimited.
    private TimeSpan Bounded(TimeSpan asked) =>
        TimeSpan.FromMilliseconds(Math.Clamp(asked.TotalMilliseconds, 1, Context.Options.MaxReconnectDelay.TotalMilliseconds));

    private List<(string Name, string Value)> Headers()
    {
        var headers = new List<(string, string)>();
        if (State.Session is not { } session)
        {
            // A reply to a request of the server, sent before it has answered initialize.
            if (_offeredSession is not null)
                headers.Add((SessionHeader, _offeredSession));
            return headers;
        }

        headers.Add((McpProtocol.VersionHeader, session.Version));
        if (session.Id is { } id)
            headers.Add((SessionHeader, id));
        return headers;
    }
}
