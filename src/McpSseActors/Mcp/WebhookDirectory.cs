using System.Collections.Concurrent;
using Akka.Actor;
using McpSseActors.Telemetry;

namespace McpSseActors.Mcp;

/// <summary>The webhooks of an actor system, by the last segment of their address. Used from any thread.</summary>
internal sealed class WebhookDirectory : IExtension
{
    // Over all streams; each has its own bound.
    private const int MostHeld = 256;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private const int MostEnded = 1000;

    private readonly ConcurrentDictionary<string, WebhookRoute> _routes = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Queue<string> _ended = new();
    private int _held;

    /// <summary>Gets that of an actor system.</summary>
    public static WebhookDirectory Of(ActorSystem system) => system.WithExtension<WebhookDirectory, Provider>();

    public static McpWebhookReply Refusal(int status, string reason) => new(status) { Refusal = reason, RetryAfter = status == 503 ? RetryAfter : null };

    /// <summary>Adds the webhook of a subscription.</summary>
    public void Add(WebhookRoute route)
    {
        _routes[route.Key.Route] = route;
        lock (_lock)
        {
            for (var left = _ended.Count; left > 0; left--)
            {
                if (_ended.Dequeue() is var ended && ended != route.Key.Route)
                    _ended.Enqueue(ended);
            }
        }
    }

    /// <summary>Removes the webhook of a stream that is gone.</summary>
    public void Remove(WebhookRoute route) => _routes.TryRemove(KeyValuePair.Create(route.Key.Route, route));

    /// <summary>Removes the webhook of a subscription that is over: the server need not try again.</summary>
    public void End(WebhookRoute route)
    {
        if (!_routes.TryRemove(KeyValuePair.Create(route.Key.Route, route)))
            return;
        route.Secrets.Forget();
        lock (_lock)
        {
            _ended.Enqueue(route.Key.Route);
            if (_ended.Count > MostEnded)
                _ended.Dequeue();
        }
    }

    /// <summary>Takes in what a server has posted.</summary>
    public async Task<McpWebhookReply> ReceiveAsync(McpWebhookDelivery delivery, CancellationToken cancellation)
    {
        if (!_routes.TryGetValue(delivery.Route, out var route))
            return HasEnded(delivery.Route) ? Refuse(410, WebhookRefusals.Ended) : Refuse(503, WebhookRefusals.Unknown);
        try
        {
            return Interlocked.Increment(ref _held) > MostHeld ? Refuse(503, WebhookRefusals.Busy)
                : await route.ReceiveAsync(delivery, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private bool HasEnded(string route)
    {
        lock (_lock)
            return _ended.Contains(route);
    }

    private static McpWebhookReply Refuse(int status, string reason)
    {
        Instruments.RefusedDeliveries.Add(1, new KeyValuePair<string, object?>(Attributes.Refusal, reason));
        return Refusal(status, reason);
    }

    private sealed class Provider : ExtensionIdProvider<WebhookDirectory>
    {
        public override WebhookDirectory CreateExtension(ExtendedActorSystem system) => new();
    }
}
