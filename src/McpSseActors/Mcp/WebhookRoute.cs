using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Akka.Event;

namespace McpSseActors.Mcp;

/// <summary>What a webhook subscription is one of: a change of any of this makes it another.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="ServerUrl">The server.</param>
/// <param name="Principal">As <see cref="Configuration.Principal"/> has it.</param>
/// <param name="Name">The event type.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="BaseUrl">The address of the web server.</param>
internal sealed record WebhookKey(string Stream, string ServerUrl, string Principal, string Name, string Arguments, string BaseUrl)
{
    private const int NameLength = 22;

    /// <summary>Gets the key that options name; null if they name no webhook.</summary>
    public static WebhookKey? Of(StreamOptions options) => options.Event.Mode is McpEventMode.Webhook
        ? new WebhookKey(options.Name, options.ServerUrl, Configuration.Principal.Of(options), options.Event.Name, options.Event.Arguments,
            options.Event.WebhookUrl)
        : null;

    /// <summary>Gets the last segment of the address. The next process has the same, so that the server goes on with the same subscription.</summary>
    public string Route => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
        new[] { Stream, ServerUrl, Principal, Name, Arguments }))))[..NameLength];

    public string Url => $"{BaseUrl.TrimEnd('/')}/{Route}";

    public override string ToString() => Url;
}

/// <summary>
/// Where what a server posts for one subscription arrives: checks it, hands it to the attempt that listens, and answers when it is handled. Outlives
/// the attempts, since what one of them has handed on may still be with a handler. Used from any thread.
/// </summary>
/// <param name="key">The subscription.</param>
/// <param name="state">The stream.</param>
/// <param name="time">The clock.</param>
internal sealed class WebhookRoute(WebhookKey key, McpState state, TimeProvider time)
{
    /// <summary>So many deliveries are looked at or wait at a time; a server sends the others again.</summary>
    private const int MostHeld = 32;
    private const int MostRemembered = 256;

    private static readonly McpWebhookReply Accepted = new(200);

    private readonly byte[] _eventName = Encoding.UTF8.GetBytes(key.Name);
    private readonly ConcurrentDictionary<string, WebhookPost> _posts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _warnedOf = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Queue<string> _subscriptionIds = new();
    private readonly Queue<string> _gaps = new();
    private Channel<WebhookPost>? _listening;
    private bool _expectsId;
    private int _longest;
    private int _held;

    public WebhookKey Key => key;

    public WebhookSecrets Secrets { get; } = new(time);

    /// <summary>Gets whether nothing waits to be handled.</summary>
    public bool IsIdle => _posts.IsEmpty;

    /// <summary>Starts to take deliveries.</summary>
    /// <param name="longest">The most bytes that one may have.</param>
    /// <returns>Where they arrive.</returns>
    public Channel<WebhookPost> Listen(int longest)
    {
        var posts = Channel.CreateBounded<WebhookPost>(MostHeld);
        _warnedOf.Clear();
        _longest = Math.Min(longest, EventsProtocol.LongestWebhookBody);
        Interlocked.Exchange(ref _listening, posts)?.Writer.TryComplete();
        return posts;
    }

    /// <summary>Stops to take deliveries; the server sends again what is not handed on.</summary>
    public void StopListening(Channel<WebhookPost> posts)
    {
        Interlocked.CompareExchange(ref _listening, null, posts);
        posts.Writer.TryComplete();
        while (posts.Reader.TryRead(out var post))
            post.Complete(isHandled: false);
    }

    /// <summary>The server is about to name the subscription, and may post before its answer is here.</summary>
    public void ExpectSubscriptionId()
    {
        lock (_lock)
            _expectsId = true;
    }

    /// <summary>Adds the ID by which the server names the subscription. Deliveries with the one before may still be on their way.</summary>
    public void AddSubscriptionId(string id)
    {
        lock (_lock)
        {
            _expectsId = false;
            if (id.Length > 0 && !_subscriptionIds.Contains(id))
                Remember(_subscriptionIds, id, most: 2);
        }
    }

    public async Task<McpWebhookReply> ReceiveAsync(McpWebhookDelivery delivery, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _listening) is not { } listening)
            return Refuse(503, WebhookRefusals.NotReady);
        try
        {
            return Interlocked.Increment(ref _held) > MostHeld
                ? Refuse(503, WebhookRefusals.Busy)
                : await CheckAsync(delivery, listening, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private async Task<McpWebhookReply> CheckAsync(McpWebhookDelivery delivery, Channel<WebhookPost> listening, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var slow = time.CreateTimer(_ => limit.Cancel(), null, EventsProtocol.WebhookBodyLimit, Timeout.InfiniteTimeSpan);
        byte[]? body;
        try
        {
            body = await ReadAsync(delivery.Body, _longest, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Refuse(408, WebhookRefusals.TooSlow);
        }
        catch (IOException)
        {
            return Refuse(400, WebhookRefusals.Malformed);
        }

        if (body is null)
            return Refuse(413, WebhookRefusals.TooLarge);
        if (Secrets.Refuse(delivery, body) is { } refusal)
            return Refuse(401, refusal);
        if (!IsOurs(delivery.SubscriptionId))
            return Refuse(401, WebhookRefusals.Subscription);
        return Find(body, out var challenge) switch
        {
            null => Refuse(400, WebhookRefusals.Malformed),
            _ when challenge is not null => Accepted with { Body = $"{{\"challenge\":{JsonSerializer.Serialize(challenge)}}}" },
            { } kind => await HandOnAsync(delivery.Id, kind, body, listening, cancellation).ConfigureAwait(false),
        };
    }

    // A repeat waits for what came first. One that comes after that is recognised by its ID as on any other connection.
    private async Task<McpWebhookReply> HandOnAsync(string id, WebhookKind kind, byte[] body, Channel<WebhookPost> listening, CancellationToken cancellation)
    {
        if (kind is WebhookKind.Gap && !IsNewGap(id))
            return Accepted;
        var ours = new WebhookPost(id, kind, body, Forget);
        var post = _posts.GetOrAdd(id, ours);
        if (post == ours && !listening.Writer.TryWrite(post))
        {
            post.Complete(isHandled: false);
            return Refuse(503, WebhookRefusals.Busy);
        }

        try
        {
            return await post.Handled.WaitAsync(EventsProtocol.WebhookPatience, time, cancellation).ConfigureAwait(false) ? Accepted
                : Refuse(503, WebhookRefusals.NotReady);
        }
        catch (TimeoutException)
        {
            return Refuse(503, WebhookRefusals.Unhandled);
        }
    }

    private void Forget(WebhookPost post) => _posts.TryRemove(KeyValuePair.Create(post.Id, post));

    private bool IsNewGap(string id)
    {
        lock (_lock)
        {
            if (_gaps.Contains(id))
                return false;
            Remember(_gaps, id, MostRemembered);
            return true;
        }
    }

    private static void Remember(Queue<string> some, string one, int most)
    {
        some.Enqueue(one);
        if (some.Count > most)
            some.Dequeue();
    }

    private bool IsOurs(string subscriptionId)
    {
        lock (_lock)
            return _expectsId || _subscriptionIds.Count == 0 || subscriptionId.Length == 0 || _subscriptionIds.Contains(subscriptionId);
    }

    private WebhookKind? Find(byte[] body, out string? challenge)
    {
        challenge = null;
        try
        {
            var frame = EventsFrame.Read(body);
            if (frame.Type.IsEmpty)
                return frame.IsEvent && frame.Name.SequenceEqual(_eventName) ? WebhookKind.Event : null;
            if (!Ascii.Equals(frame.Type, EventsProtocol.Verification))
                return Ascii.Equals(frame.Type, EventsProtocol.Gap) ? WebhookKind.Gap
                    : Ascii.Equals(frame.Type, EventsProtocol.Termination) ? WebhookKind.Terminated
                    : WebhookKind.Other;
            challenge = McpProtocol.Text(JsonRpc.Parse(body), "challenge");
            return challenge.Length > 0 ? WebhookKind.Other : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Null if it is longer.
    private static async Task<byte[]?> ReadAsync(Stream body, int longest, CancellationToken cancellation)
    {
        using var read = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var length = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (length == 0)
                return read.ToArray();
            if (read.Length + length > longest)
                return null;
            read.Write(buffer.AsSpan(0, length));
        }
    }

    private McpWebhookReply Refuse(int status, string reason)
    {
        state.CountRefusedDelivery(reason);
        if (reason is not WebhookRefusals.NotReady && _warnedOf.TryAdd(reason, true))
            state.Log.Warning("Stream {Stream}: a delivery to its webhook was refused with {Status}: {Reason}. Further ones are only counted until the next connection", state.Stream, status, reason);
        return WebhookDirectory.Refusal(status, reason);
    }
}
