using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Akka.Event;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// Events that the server posts to a web server of this host (<c>events/subscribe</c>). The subscription lives on the server until it expires, and
/// is asked for again before that.
/// </summary>
/// <remarks>
/// A server that still has the subscription ignores the cursor of a request, and it takes what it gave up for delivered. So a new attempt ends the
/// subscription first if there is a cursor to go on from. Without one, what the server has not delivered is worth keeping.
/// </remarks>
/// <param name="setting">The attempt.</param>
/// <param name="route">Where the server posts to.</param>
internal sealed class EventsWebhook(EventsSetting setting, WebhookRoute route) : IEventsSource
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Channel<WebhookPost> _posts = route.Listen(setting.Context.Options.MaxEventSize);
    private EventsInbox? _inbox;
    private WebhookGrant? _grant;

    private EventsInbox Inbox => _inbox!;

    private McpState State => setting.Context.State;

    /// <summary>Ends the subscription on the server. Does nothing if the server doesn't have it.</summary>
    public static async Task UnsubscribeAsync(McpContext context, WebhookKey key, CancellationToken cancellation)
    {
        var parameters = new JsonObject { ["name"] = key.Name, ["arguments"] = JsonNode.Parse(key.Arguments), ["delivery"] = Delivery(key) };
        using var response = await context.MeasureAsync(
            new McpRequest(EventsProtocol.NextId(), EventsProtocol.Unsubscribe, parameters), context.State.Events.Version,
            request => EventsSession.PostAsync(context, context.State.Events, request, cancellation)).ConfigureAwait(false);
    }

    public async Task OpenAsync(string? cursor, CancellationToken cancellation)
    {
        _inbox = setting.NewInbox(request: 0, cursor);
        if (cursor is not null)
            await UnsubscribeAsync(setting.Context, route.Key, cancellation).ConfigureAwait(false);
        _grant = await SubscribeAsync(cursor, isNew: true, cancellation).ConfigureAwait(false);
        await setting.Emit(Inbox.ReadGrant(_grant.Cursor, _grant.IsTruncated), cancellation).ConfigureAwait(false);
    }

    public async Task<AttemptOutcome> RunAsync(CancellationToken cancellation)
    {
        var refresh = RefreshAsync(cancellation);
        var arrival = _posts.Reader.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            await Task.WhenAny(arrival, refresh).ConfigureAwait(false);
            if (refresh.IsCompleted)
            {
                _grant = await refresh.ConfigureAwait(false);
                if (_grant.WasSuspended)
                    return new AttemptOutcome.Lost($"the server had stopped to deliver: {_grant.Fault}");
                await setting.Emit(Inbox.ReadRefresh(Safe(_grant), _grant.IsTruncated), cancellation).ConfigureAwait(false);
                refresh = RefreshAsync(cancellation);
            }

            if (!arrival.IsCompleted)
                continue;
            if (!await arrival.ConfigureAwait(false))
                return new AttemptOutcome.Abandoned("another connection listens");
            while (_posts.Reader.TryRead(out var post))
                await PassOnAsync(post, cancellation).ConfigureAwait(false);
            arrival = _posts.Reader.WaitToReadAsync(cancellation).AsTask();
        }
    }

    public ValueTask DisposeAsync()
    {
        route.StopListening(_posts);
        return default;
    }

    private static JsonObject Delivery(WebhookKey key) => new() { ["mode"] = "webhook", ["url"] = key.Url };

    private async Task PassOnAsync(WebhookPost post, CancellationToken cancellation)
    {
        var chunk = Inbox.ReadDelivery(post.Kind, post.Body.Span).With(post);
        if (Inbox.End is { } end)
        {
            post.Complete(isHandled: true);
            chunk.Return();
            throw end;
        }

        try
        {
            await setting.Emit(chunk, cancellation).ConfigureAwait(false);
        }
        catch
        {
            post.Complete(isHandled: false);
            throw;
        }
    }

    // The server's position is past what it gave up, and may be past what is on its way.
    private string? Safe(WebhookGrant grant) => route.IsIdle && grant.Fault.Length == 0 ? grant.Cursor : null;

    private async Task<WebhookGrant> RefreshAsync(CancellationToken cancellation)
    {
        var grant = _grant!;
        await DelayAsync(grant.RefreshIn, cancellation).ConfigureAwait(false);
        for (var pause = FirstPause; ; pause = Shorter(pause * 2, LongestPause))
        {
            using var limit = new Patience(setting.Context.Options.ConnectionTimeout, cancellation);
            limit.Begin();
            try
            {
                return await SubscribeAsync(Inbox.Cursor, isNew: false, limit.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested && MayPass(fault) && grant.Left(setting.Time) > TimeSpan.Zero)
            {
                State.Log.Warning("Stream {Stream} could not renew its subscription, and tries again until it expires: {Reason}",
                    State.Stream, EventsTransport.Explain(fault, setting.Context.Http));
            }

            await DelayAsync(Shorter(pause, grant.Left(setting.Time) / 2), cancellation).ConfigureAwait(false);
        }
    }

    // With other credentials, the next attempt may succeed.
    private static bool MayPass(Exception fault) => fault switch
    {
        EventsRefusal refusal => refusal.Kind is EventsError.Transient or EventsError.ResourceExhausted or EventsError.CallbackEndpoint,
        TransportException { Outcome: AttemptOutcome.Rejected { Status: var status } } => status is 408 or 425 or 429 or >= 500,
        TransportException wrong => wrong.Outcome is AttemptOutcome.Lost,
        _ => true,
    };

    private async Task<WebhookGrant> SubscribeAsync(string? cursor, bool isNew, CancellationToken cancellation)
    {
        route.ExpectSubscriptionId();
        var secret = route.Secrets.Next(isNew);
        State.Gate.Add(secret);
        var parameters = setting.Parameters(cursor);
        parameters["delivery"] = Delivery(route.Key);
        parameters["delivery"]!["secret"] = secret;
        parameters["ttlMs"] = (long)EventsProtocol.WebhookLifetime.TotalMilliseconds;
        var answer = await setting.AskAsync(
            EventsProtocol.Subscribe, parameters, (id, response) => ReadAsync(id, response, cancellation), cancellation).ConfigureAwait(false);
        route.Secrets.Confirm();
        var grant = WebhookGrant.Read(answer.Result!.Value, answer.Date, setting.Time, setting.Context.Redactor);
        route.AddSubscriptionId(grant.Id);
        if (grant.Fault.Length > 0)
            State.Log.Warning("Stream {Stream}: the server could not deliver: {Reason}", State.Stream, grant.Fault);
        return grant;
    }

    private async Task<(JsonElement? Result, DateTimeOffset? Date)> ReadAsync(long id, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var over = response;
        var answer = await RpcAnswer.ReadAsync(response, id, setting.Context.Options, setting.Context.Redactor, cancellation).ConfigureAwait(false);
        if (answer.HasNewTypes)
            setting.OnNewTypes();
        return answer.Result is { } result && EventsDiscovery.IsComplete(result)
            ? (result, response.Headers.Date)
            : throw setting.Refusal(answer, response, EventsProtocol.Subscribe);
    }

    private Task DelayAsync(TimeSpan time, CancellationToken cancellation) =>
        Task.Delay(time > TimeSpan.Zero ? time : TimeSpan.Zero, setting.Time, cancellation);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>The answer of a server to a subscription, or its renewal.</summary>
/// <param name="Id">By which it names the subscription in each delivery.</param>
/// <param name="Cursor">The cursor; null for none.</param>
/// <param name="IsTruncated">Whether it goes on later than at the cursor that it was given.</param>
/// <param name="Ends">When the subscription expires, by our clock.</param>
/// <param name="RefreshIn">When it is renewed.</param>
internal sealed record WebhookGrant(string Id, string? Cursor, bool IsTruncated, DateTimeOffset Ends, TimeSpan RefreshIn)
{
    // A clock that is off by less is not told from a slow answer.
    private static readonly TimeSpan SmallestSkew = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(12);

    /// <summary>After this part of its time, a subscription is renewed.</summary>
    private const double RefreshAt = 2.0 / 3;

    /// <summary>Gets why the server could not deliver; empty if it could.</summary>
    public string Fault { get; private init; } = "";

    /// <summary>Gets whether it had stopped to deliver until this request.</summary>
    public bool WasSuspended { get; private init; }

    /// <summary>Gets the time until it expires.</summary>
    public TimeSpan Left(TimeProvider time) => Ends - time.GetUtcNow();

    /// <param name="result">The result of the request.</param>
    /// <param name="date">The time of the answer by the server's clock; null if it gave none.</param>
    /// <param name="time">Our clock.</param>
    /// <param name="redactor">Hides secrets in words of the server.</param>
    /// <exception cref="TransportException">The server does not say when it expires.</exception>
    public static WebhookGrant Read(JsonElement result, DateTimeOffset? date, TimeProvider time, SecretRedactor redactor)
    {
        var now = time.GetUtcNow();
        var serverNow = date is { } told && (told - now).Duration() > SmallestSkew ? told : now;
        var left = Expiry(result) - serverNow;
        var status = result.TryGetProperty("deliveryStatus", out var found) && found.ValueKind is JsonValueKind.Object ? found : default;
        var isSuspended = status.ValueKind is JsonValueKind.Object && status.TryGetProperty("active", out var active)
            && active.ValueKind is JsonValueKind.False;
        var error = status.ValueKind is JsonValueKind.Object ? McpProtocol.Text(status, "lastError") : "";
        return new WebhookGrant(
            McpProtocol.Text(result, "id"),
            McpProtocol.Text(result, "cursor") is { Length: > 0 } cursor ? cursor : null,
            result.TryGetProperty("truncated", out var truncated) && truncated.ValueKind is JsonValueKind.True,
            left is { } until ? now + until : DateTimeOffset.MaxValue,
            left is { } known ? TimeSpan.FromSeconds(Math.Clamp(known.TotalSeconds * RefreshAt, EventsProtocol.ShortestPollInterval.TotalSeconds, LongestWait.TotalSeconds)) : LongestWait)
        {
            Fault = redactor.Redact(error.Length > 0 ? error : isSuspended ? "it does not say why" : ""),
            WasSuspended = isSuspended,
        };
    }

    // Null if it never does.
    private static DateTimeOffset? Expiry(JsonElement result)
    {
        if (result.TryGetProperty("refreshBefore", out var before) && before.ValueKind is JsonValueKind.Null)
            return null;
        return DateTimeOffset.TryParse(McpProtocol.Text(result, "refreshBefore"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var ends)
            ? ends
            : throw TransportException.Lost($"the server did not say in its answer to {EventsProtocol.Subscribe} when the subscription expires");
    }
}
