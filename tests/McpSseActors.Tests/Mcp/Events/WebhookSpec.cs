using McpSseActors.TestServer.Events;
using McpSseActors.TestSupport.Web;

namespace McpSseActors.Tests.Mcp.Events;

/// <summary>What the specs of webhooks have in common: a server that posts its events, and a web server in front of the host.</summary>
public abstract class WebhookSpec : McpSpec, IAsyncLifetime
{
    private protected const string Incident = "incident.created";

    private readonly ConcurrentQueue<(string Method, JsonElement Parameters)> _asked = new();
    private readonly int _port = Ports.Free();

    private protected EventsServer Server { get; private set; } = null!;

    private protected WebhookWeb Web { get; private set; } = null!;

    private protected WebhookSender Sender { get; } = new(TimeProvider.System, TimeSpan.FromSeconds(30));

    private protected virtual EventsServerOptions Options => new()
    {
        Types = [new ServedEventType(Incident) { Delivery = ["webhook", "push"], InputSchema = """{"type":"object","properties":{"severity":{"type":"string"}}}""" }],
        Epoch = "e",
        ListChanged = false,
    };

    public async Task InitializeAsync()
    {
        Web = await WebhookWeb.StartAsync(Ports.Free());
        await StartServerAsync(Options);
    }

    public async Task DisposeAsync()
    {
        Sender.Dispose();
        await Server.DisposeAsync();
        await Web.DisposeAsync();
    }

    /// <summary>The parameters of all requests of a method, in their order.</summary>
    private protected IReadOnlyList<JsonElement> Asked(string method) => [.. _asked.Where(each => each.Method == method).Select(each => each.Parameters)];

    private protected async Task StartServerAsync(EventsServerOptions options)
    {
        Server = await EventsServer.StartAsync(options with { Port = _port, OnRequest = (method, parameters) => _asked.Enqueue((method, parameters.Clone())) });
    }

    private protected Task<McpSseHost> SubscribeAsync(
        Delegate? handler = null, Func<StreamOptions, StreamOptions>? configure = null, Action<McpSseBuilder>? build = null) => SubscribeAsync(Web, handler, configure, build);

    private protected async Task<McpSseHost> SubscribeAsync(
        WebhookWeb web, Delegate? handler = null, Func<StreamOptions, StreamOptions>? configure = null, Action<McpSseBuilder>? build = null)
    {
        var before = Asked("events/subscribe").Count;
        var host = await McpSseHost.StartAsync(
            mcp =>
            {
                mcp.AddStream($"{Server.Url}", o => (configure ?? (same => same))(Streams.Quick(o) with
                {
                    Transport = StreamTransport.Events,
                    Event = new McpEventSubscription { Name = Incident, Mode = McpEventMode.Webhook, WebhookUrl = web.Url },
                }));
                mcp.AddHandler(handler ?? Events.Collect);
                build?.Invoke(mcp);
            },
            "akka.loglevel = DEBUG",
            watch: Overheard.ListenTo);
        web.For(host.Client);
        await host.States.UntilAsync(ConnectionState.Connected);
        Asked("events/subscribe").Count.ShouldBeGreaterThan(before);
        return host;
    }

    /// <summary>Posts what a server would.</summary>
    private protected Task<(int Status, string Body)> PostAsync(
        string id, string json, string? secret = null, TimeSpan skew = default, string? subscription = null, string? url = null, bool isSigned = true)
    {
        var delivery = Asked("events/subscribe")[^1].GetProperty("delivery");
        return Sender.PostAsync(url ?? delivery.GetProperty("url").GetString()!, id, subscription ?? "", json, isSigned
            ? [secret ?? delivery.GetProperty("secret").GetString()!] : [], skew);
    }

    private protected static string Occurrence(string id, string? cursor = null, string name = Incident) =>
        $$"""{"eventId":"{{id}}","name":"{{name}}","timestamp":"2026-11-28T12:00:00Z","data":{"n":1}{{(cursor is null ? "" : $",\"cursor\":\"{cursor}\"")}}}""";

    private protected async Task NextAreAsync(params string[] ids)
    {
        foreach (var id in ids)
            (await Events.NextAsync()).EventId.ShouldBe(id);
    }
}
