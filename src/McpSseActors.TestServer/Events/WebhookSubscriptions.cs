using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using McpSseActors.TestServer.Web;

namespace McpSseActors.TestServer.Events;

/// <summary>The subscriptions of a server that posts its events.</summary>
internal sealed class WebhookSubscriptions(EventsServerOptions options, EventHistory history, int callbackError, Action<ServerActivity> tell) : IAsyncDisposable
{
    private readonly WebhookSender _sender = new(options.Time, options.WebhookPatience);
    private readonly ConcurrentDictionary<string, WebhookSubscription> _all = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _over = new();

    public int Count => _all.Count;

    /// <summary>Subscribes, or renews what there is.</summary>
    public async Task SubscribeAsync(RpcExchange exchange, ServedEventType type, JsonElement arguments)
    {
        var delivery = exchange.Params.Member("delivery") ?? default;
        var (url, secret) = (delivery.Text("url"), delivery.Text("secret"));
        if (!WebhookSender.MayPostTo(url))
        {
            await exchange.ErrorAsync(callbackError, "this server posts to loopback addresses only", """{"reason":"url_not_allowed"}""").ConfigureAwait(false);
        }
        else if (WebhookSender.KeyOf(secret) is null)
        {
            await exchange.ErrorAsync(-32602, "the secret must be whsec_ and 24 to 64 bytes in Base64").ConfigureAwait(false);
        }
        else
        {
            var ttl = exchange.Params.Number("ttlMs") is { } wished && wished < options.WebhookLifetime.TotalMilliseconds ? TimeSpan.FromMilliseconds(wished) : options.WebhookLifetime;
            var key = Key(url!, type.Name, arguments);
            if (_all.TryGetValue(key, out var known) && !known.IsOver)
                await RenewAsync(exchange, known, secret!, ttl).ConfigureAwait(false);
            else
                await BeginAsync(exchange, key, new WebhookSubscription(type, arguments, url!, secret!, history, _sender, options), ttl).ConfigureAwait(false);
        }
    }

    public Task UnsubscribeAsync(RpcExchange exchange)
    {
        var url = (exchange.Params.Member("delivery") ?? default).Text("url") ?? "";
        if (!_all.TryRemove(Key(url, exchange.Params.Text("name") ?? "", exchange.Params.Member("arguments") ?? JsonElement.Parse("{}")), out var ended))
            return exchange.ErrorAsync(-32023, "unknown subscription", """{"kind":"subscription"}""");
        ended.End();
        tell(new(ServerActivityKind.Ended, null, $"webhook of {ended.Type.Name} ended by the client"));
        return exchange.ResultAsync("\"_meta\":{}");
    }

    /// <summary>Ends those of a type.</summary>
    public void Terminate(string type, string members)
    {
        foreach (var (key, subscription) in _all.Where(each => each.Value.Type.Name == type).ToList())
        {
            if (_all.TryRemove(key, out _))
                subscription.Terminate(members);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        foreach (var subscription in _all.Values)
            subscription.End();
        _sender.Dispose();
        _over.Dispose();
    }

    private async Task BeginAsync(RpcExchange exchange, string key, WebhookSubscription subscription, TimeSpan ttl)
    {
        if (await subscription.VerifyAsync().ConfigureAwait(false) is { } fault)
        {
            await exchange.ErrorAsync(callbackError, $"the webhook does not answer as it should: {fault}", $$"""{"reason":"{{fault}}"}""").ConfigureAwait(false);
            return;
        }

        var cursor = exchange.Params.Text("cursor");
        var (position, isTruncated) = history.Resolve(subscription.Type, cursor, exchange.Params.Number("maxAgeMs"));
        subscription.Renew(secret: null, ttl);
        _all[key] = subscription;
        tell(cursor is null
            ? new(ServerActivityKind.Accepted, null, $"webhook of {subscription.Type.Name} begins")
            : new(ServerActivityKind.Resumed, null, $"webhook of {subscription.Type.Name}: resumed after {cursor}{(isTruncated ? ", which is not kept" : "")}", cursor));
        await exchange.ResultAsync(subscription.Describe(position, isTruncated)).ConfigureAwait(false);
        _ = Task.Run(() => subscription.RunAsync(position, _over.Token));
    }

    private static async Task RenewAsync(RpcExchange exchange, WebhookSubscription known, string secret, TimeSpan ttl)
    {
        var status = known.Status;
        known.Renew(secret, ttl);
        await exchange.ResultAsync(known.Describe(known.Position, isTruncated: false) + status).ConfigureAwait(false);
    }

    private static string Key(string url, string name, JsonElement arguments) => $"{url} {name} {JsonSerializer.Serialize(arguments)}";
}

/// <summary>One of them: it posts one event after the other, again and again until it is taken or given up.</summary>
internal sealed class WebhookSubscription(
    ServedEventType type, JsonElement arguments, string url, string secret, EventHistory history, WebhookSender sender, EventsServerOptions options)
{
    private const int Gone = 410;

    private readonly string _id = $"sub_{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<string> _envelopes = new();
    private readonly CancellationTokenSource _ended = new();
    private ImmutableArray<string> _secrets = [secret];
    private DateTimeOffset _expires = DateTimeOffset.MaxValue;
    private string? _error;
    private bool _isSuspended;
    private TaskCompletionSource _renewed = new();

    public ServedEventType Type => type;

    public long Position { get; private set; }

    public bool IsOver => _ended.IsCancellationRequested || options.Time.GetUtcNow() >= _expires;

    /// <summary>How the delivery went, as members of an answer.</summary>
    public string Status => _error is null ? "" : $",\"deliveryStatus\":{{\"active\":{(_isSuspended ? "false" : "true")},\"lastError\":\"{_error}\"}}";

    public void End() => _ended.Cancel();

    public void Terminate(string members)
    {
        _envelopes.Enqueue($"{{\"type\":\"terminated\",{members}}}");
        history.Log.Wake();
    }

    /// <summary>Takes another secret, and signs with the one before as well; lives longer, and delivers again.</summary>
    public void Renew(string? secret, TimeSpan ttl)
    {
        _expires = options.Time.GetUtcNow() + ttl;
        if (secret is not null && secret != _secrets[0])
            _secrets = [secret, _secrets[0]];
        (_error, _isSuspended) = (null, false);
        Interlocked.Exchange(ref _renewed, new TaskCompletionSource()).TrySetResult();
    }

    public string Describe(long position, bool isTruncated) =>
        $"\"id\":\"{_id}\",\"refreshBefore\":{Json.Of(_expires.ToString("O", CultureInfo.InvariantCulture))},\"cursor\":{history.CursorAt(position, type)},\"truncated\":{(isTruncated ? "true" : "false")}";

    /// <summary>Asks the webhook whether it wants to be one; gives what is wrong.</summary>
    public async Task<string?> VerifyAsync()
    {
        var challenge = Guid.NewGuid().ToString("N");
        try
        {
            var (status, body) = await sender.PostAsync(url, NewId("verification"), _id, $"{{\"type\":\"verification\",\"challenge\":\"{challenge}\"}}", _secrets).ConfigureAwait(false);
            return status is >= 200 and < 300 && JsonElement.Parse(body).Text("challenge") == challenge ? null : "challenge_failed";
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or JsonException)
        {
            return fault is HttpRequestException ? "connection_refused" : fault is JsonException ? "challenge_failed" : "timeout";
        }
    }

    public async Task RunAsync(long position, CancellationToken over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, _ended.Token);
        Position = position;
        try
        {
            while (!IsOver)
                await StepAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ended, or the server has.
        }
    }

    private async Task StepAsync(CancellationToken over)
    {
        var (next, changed) = history.Log.After(Position);
        if (_envelopes.TryDequeue(out var envelope))
        {
            await PostAsync(NewId("terminated"), envelope, over).ConfigureAwait(false);
            End();
        }
        else if (next is null)
        {
            await changed.WaitAsync(over).ConfigureAwait(false);
        }
        else
        {
            if (next.Number != Position + 1 && type.HasReplay)
                await PostAsync(NewId("gap"), $"{{\"type\":\"gap\",\"cursor\":{history.CursorAt(next.Number - 1, type)}}}", over).ConfigureAwait(false);
            if (next.Type == type.Name && ServedEventType.IsWanted(arguments, next.Json))
                await PostAsync(next.Id, $"{{{OpenStream.EventMembers(next, history.CursorAt(next.Number, type))}}}", over).ConfigureAwait(false);
            Position = next.Number;
        }
    }

    // What is given up counts as delivered.
    private async Task PostAsync(string id, string json, CancellationToken over)
    {
        for (var attempt = 1; ; attempt++)
        {
            _error = await TryAsync(id, json).ConfigureAwait(false);
            over.ThrowIfCancellationRequested();
            if (_error is null)
                return;
            if (attempt < options.WebhookAttempts)
            {
                await Task.Delay(options.WebhookPause, options.Time, over).ConfigureAwait(false);
                continue;
            }

            _isSuspended = true;
            await Volatile.Read(ref _renewed).Task.WaitAsync(over).ConfigureAwait(false);
            return;
        }
    }

    private async Task<string?> TryAsync(string id, string json)
    {
        try
        {
            var (status, _) = await sender.PostAsync(url, id, _id, json, _secrets).ConfigureAwait(false);
            if (status == Gone)
                End();
            return status is >= 200 and < 300 ? null : $"http_{status / 100}xx";
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return fault is HttpRequestException ? "connection_refused" : "timeout";
        }
    }

    private static string NewId(string what) => $"msg_{what}_{Guid.NewGuid():N}";
}
