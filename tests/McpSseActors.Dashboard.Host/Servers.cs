using McpSseActors.Hosting;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Events;
using McpSseActors.TestServer.Scripted;

namespace McpSseActors.Dashboard.Host;

/// <summary>The servers of the streams, and their handlers: some fail, one is too slow.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly int _nobody = Ports.Free();
    private DemoServer? _chat;
    private DemoServer? _orders;
    private DemoServer? _fast;
    private DemoServer? _secret;
    private EventsServer? _incidents;
    private int _lives;

    /// <summary>Whether the handler of reactions throws.</summary>
    public bool IsBroken { get; set; } = true;

    public async Task StartAsync()
    {
        _chat = await DemoServer.StartAsync(new DemoServerOptions { Rate = 20 });
        _orders = await DemoServer.StartAsync(new DemoServerOptions { Rate = 200, Seed = 2 });
        _fast = await DemoServer.StartAsync(new DemoServerOptions { Rate = 10_000, Seed = 3, WaitForClient = true });
        _secret = await DemoServer.StartAsync(new DemoServerOptions { AuthKey = "secret" });
        _incidents = await EventsServer.StartAsync(new EventsServerOptions { Rate = 2 });
    }

    public void AddStreams(McpSseBuilder mcp, bool isFastEnabled) => mcp
        .AddStream(Of("chat", _chat!.Url))
        .AddStream(Of("orders", _orders!.Url))
        .AddStream(Of("fast", _fast!.Url) with { Enabled = isFastEnabled })
        .AddStream(Of("audit", _secret!.Url) with { AuthKey = "wrong" })
        .AddStream(Of("payments", new Uri($"http://127.0.0.1:{_nobody}/events")) with
        {
            MaxReconnectAttempts = -1,
            InitialReconnectDelay = TimeSpan.FromSeconds(20),
            MaxReconnectDelay = TimeSpan.FromSeconds(20),
        })
        .AddStream(Of("incidents", _incidents!.Url) with
        {
            Transport = StreamTransport.Events,
            Event = new McpEventSubscription { Name = "incident.created" },
        })
        .AddHandler("*", (McpEvent _) => { })
        .AddHandler(HandlerRegistration.ForDelegate("chat.reaction", HandleReaction) with { Name = "Reactions", Retry = RetryOptions.OneAttempt }, "chat")
        .AddHandler(HandlerRegistration.ForDelegate("*", HandleSlowlyAsync) with
        {
            Name = "Ledger",
            Overflow = HandlerOverflow.DropOldest,
            OverflowCapacity = 50,
        }, "orders");

    public async Task KillAsync() => await _chat!.DisposeAsync();

    public async Task ReviveAsync() => _chat = await DemoServer.StartAsync(new DemoServerOptions
    {
        Rate = 20,
        Port = _chat!.Url.Port,
        IdPrefix = $"life-{++_lives}-",
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new IAsyncDisposable?[] { _chat, _orders, _fast, _secret, _incidents })
        {
            if (server is not null)
                await server.DisposeAsync();
        }
    }

    private static StreamOptions Of(string name, Uri url) => new()
    {
        Name = name,
        Enabled = true,
        ServerUrl = url.ToString(),
        EnableEventLogging = false,
        InitialReconnectDelay = TimeSpan.FromSeconds(1),
        MaxReconnectDelay = TimeSpan.FromSeconds(1),
    };

    private void HandleReaction(McpEvent reaction)
    {
        if (IsBroken)
            throw new InvalidOperationException("The store of reactions is read-only.");
    }

    private static Task HandleSlowlyAsync(McpEvent order) => Task.Delay(TimeSpan.FromMilliseconds(50));
}
