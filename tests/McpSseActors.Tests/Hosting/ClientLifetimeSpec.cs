using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Tests.Hosting;

/// <summary>What the client does with a token that is cancelled, and when the host has ended.</summary>
public sealed class ClientLifetimeSpec
{
    private static readonly StreamOptions Other = new() { Name = "other", ServerUrl = "http://127.0.0.1:1/" };

    public static TheoryData<string, Func<IMcpSseClient, CancellationToken, Task>> Commands => new()
    {
        { "a handler is added", (client, token) => client.AddHandlerAsync("*", (McpEvent _) => { }, cancellation: token) },
        { "a registration is added", (client, token) => client.AddHandlerAsync(HandlerRegistration.ForDelegate("*", (McpEvent _) => { }), cancellation: token) },
        { "a handler is removed", (client, token) => client.RemoveHandlerAsync("event-log", cancellation: token) },
        { "a stream is added", (client, token) => client.AddStreamAsync(Other, cancellation: token) },
        { "a stream is removed", (client, token) => client.RemoveStreamAsync("s", token) },
        { "a stream is stopped", (client, token) => client.StopAsync(cancellation: token) },
        { "a stream is started", (client, token) => client.StartAsync(cancellation: token) },
        { "a stream is restarted", (client, token) => client.RestartAsync(cancellation: token) },
        { "recent events are cleared", (client, token) => client.ClearRecentEventsAsync(cancellation: token) },
        { "events are read", async (client, token) => await client.ReadEventsAsync("*", cancellation: token).GetAsyncEnumerator(token).MoveNextAsync() },
        { "files are read again", (client, token) => client.ReloadAsync(token) },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Should_do_nothing_when_the_token_is_cancelled_already_and(string what, Func<IMcpSseClient, CancellationToken, Task> command)
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" }));
        await Eventually.HoldsAsync(async () => (await host.Client.GetRecentEventsAsync()).Length.ShouldBe(1));
        await host.StatsHoldAsync(stats => stats.State.ShouldBe(ConnectionState.Connected));

        await Should.ThrowAsync<OperationCanceledException>(() => command(host.Client, new CancellationToken(canceled: true)), what);

        (await host.Client.GetStreamsAsync()).ShouldBe(["s"]);
        (await host.Client.GetHandlersAsync()).Select(handler => handler.Name).ShouldBe(["event-log"]);
        var stats = await host.Client.GetStatsAsync();
        stats.State.ShouldBe(ConnectionState.Connected);
        stats.TotalReconnectAttempts.ShouldBe(0);
        (await host.Client.GetRecentEventsAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Should_throw_at_once_when_the_host_has_stopped()
    {
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }), "mcp-sse.ask-timeout = 10m");
        var client = host.Client;
        await client.GetStatsAsync();
        await host.StopAsync();

        foreach (var call in new Func<Task>[] { () => client.GetStatsAsync(), () => client.StartAsync(), () => client.AddStreamAsync(Other), () => client.RemoveStreamAsync("s") })
        {
            var over = await Should.ThrowAsync<InvalidOperationException>(() => call().WaitAsync(Within.Limit));
            over.Message.ShouldStartWith("The streams have ended with their host");
        }
    }

    [Fact]
    public async Task Should_throw_at_once_when_the_host_has_stopped_before_the_first_call()
    {
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }), "mcp-sse.ask-timeout = 10m");
        var client = host.Client;
        await host.StopAsync();

        await Should.ThrowAsync<InvalidOperationException>(() => client.GetStatsAsync().WaitAsync(Within.Limit));
    }

    [Fact]
    public async Task Should_throw_at_once_when_the_actor_of_the_streams_was_stopped()
    {
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }), "mcp-sse.ask-timeout = 10m");
        await host.Client.GetStatsAsync();
        await host.McpSse.GracefulStop(Within.Limit);

        await Should.ThrowAsync<InvalidOperationException>(() => host.Client.GetStatsAsync().WaitAsync(Within.Limit));
    }

    [Fact]
    public async Task Should_stop_without_waiting_when_services_stop_concurrently_and_one_reads_events()
    {
        var reads = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await reads.Task;
            await exchange.WriteAsync("id: 1\ndata: 1\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString()),
            "mcp-sse.ask-timeout = 10m",
            services => services
                .Configure<HostOptions>(options => options.ServicesStopConcurrently = true)
                .AddSingleton<Reader>()
                .AddHostedService(provider => provider.GetRequiredService<Reader>()));
        await Eventually.HoldsAsync(async () => (await host.Client.GetHandlersAsync()).ShouldContain(handler => handler.Name == "reader"));
        reads.SetResult();
        await host.Service<Reader>().First.Task.WaitAsync(Within.Limit);

        await host.StopAsync().WaitAsync(Within.Limit);

        host.Service<Reader>().ExecuteTask.ShouldNotBeNull().IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_say_what_is_missing_when_the_host_has_not_started_or_has_no_actor_system()
    {
        using var idle = new HostBuilder().ConfigureServices(services => services.AddMcpSseClient().AddAkka(
            "idle", akka => akka.AddHocon("mcp-sse.ask-timeout = 100ms", HoconAddMode.Prepend).WithMcpSse(mcp => mcp.AddStream(new StreamOptions { Name = "s" })))).Build();
        using var empty = new HostBuilder().ConfigureServices(services => services.AddMcpSseClient()).Build();

        var early = await Should.ThrowAsync<InvalidOperationException>(() => idle.Services.GetRequiredService<IMcpSseClient>().GetStatsAsync());
        var missing = Should.Throw<InvalidOperationException>(() => empty.Services.GetRequiredService<IMcpSseClient>());

        early.Message.ShouldBe("The host has not started its streams within 0.1 s: use the client after the host has started.");
        missing.Message.ShouldStartWith("The host has no streams: ");
    }

    [Fact]
    public async Task Should_connect_when_a_stream_that_was_added_disabled_is_started()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(_ => { });
        await host.Client.AddStreamAsync(new StreamOptions { Name = "later", ServerUrl = server.Url.ToString() });
        (await host.States.UntilAsync(ConnectionState.Disabled)).Stream.ShouldBe("later");
        server.Connections.ShouldBe(0);

        await host.Client.StartAsync("later");

        await host.States.UntilAsync(ConnectionState.Connected);
    }

    private static ScriptedServer Server() => new(Script.Sends("id: 1\ndata: 1\n\n"));

    private sealed class Reader(IMcpSseClient client) : BackgroundService
    {
        public TaskCompletionSource First { get; } = new();

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await foreach (var _ in client.ReadEventsAsync("*", cancellation: stoppingToken))
                    First.TrySetResult();
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
