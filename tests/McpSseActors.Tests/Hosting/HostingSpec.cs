using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.Hosting;

/// <summary>What a host app can do: configure in every way, add handlers in every way, ask for everything.</summary>
public sealed class HostingSpec
{
    private static Task Sending(Exchange exchange) => SendAsync(exchange, "id: 1\nevent: chat.message\ndata: {}\n\nid: 2\nevent: user.login\ndata: {}\n\n");

    [Fact]
    public async Task Should_answer_every_method_of_the_client_when_events_have_come()
    {
        await using var server = new ScriptedServer(Sending);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" }));
        var client = host.Client;
        await host.StatsHoldAsync(stats => (stats.State, stats.TotalEventsReceived).ShouldBe((ConnectionState.Connected, 2)));

        (await client.IsRunningAsync()).ShouldBeTrue();
        (await client.IsConnectedAsync("s")).ShouldBeTrue();
        (await client.GetAllStatsAsync()).ShouldHaveSingleItem().Stream.ShouldBe("s");
        (await client.GetRecentEventsAsync()).Select(e => e.EventType).ShouldBe(["chat.message", "user.login"]);
        (await client.GetEventsByTypeAsync("chat.*")).ShouldHaveSingleItem().EventId.ShouldBe("1");
        (await client.ClearRecentEventsAsync()).ShouldBe(2);
        (await client.GetRecentEventsAsync()).ShouldBeEmpty();
        await client.StopAsync();
        await Eventually.HoldsAsync(async () => (await client.IsRunningAsync()).ShouldBeFalse());
        await client.StartAsync();
        await Eventually.HoldsAsync(async () => (await client.IsConnectedAsync()).ShouldBeTrue());
        await client.RestartAsync();
        await Eventually.HoldsAsync(async () => (await client.GetStatsAsync()).TotalReconnectAttempts.ShouldBe(1));
    }

    [Fact]
    public async Task Should_call_delegates_when_they_are_registered_while_running()
    {
        var registered = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await registered.Task;
            await Sending(exchange);
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString()));
        var seen = Channel.CreateUnbounded<string>();

        var chat = await host.Client.AddHandlerAsync("chat.message", (McpEvent e) => seen.Writer.WriteAsync($"chat {e.EventType}"));
        var gone = await host.Client.AddHandlerAsync("user.*", (McpEvent e, CancellationToken stopped) => seen.Writer.WriteAsync($"gone {e.EventType}", stopped));
        var global = await host.Client.AddHandlerAsync((McpEvent e, CancellationToken _) =>
        {
            seen.Writer.TryWrite($"all {e.EventType}");
            return Task.CompletedTask;
        });
        (await host.Client.RemoveHandlerAsync(gone)).ShouldBeTrue();
        (await host.Client.RemoveHandlerAsync(gone)).ShouldBeFalse();
        registered.SetResult();

        var lines = new List<string> { await NextAsync(seen), await NextAsync(seen), await NextAsync(seen) };
        lines.ShouldBe(["chat chat.message", "all chat.message", "all user.login"], ignoreOrder: true);
        new[] { chat, gone, global }.Distinct().Count().ShouldBe(3);
        var stats = await host.Client.GetStatsAsync();
        stats.GlobalHandlers.ShouldBe(2, "the event log is one");
        stats.HandlersByType.ShouldBe(new Dictionary<string, int> { ["chat.message"] = 1 });
    }

    [Fact]
    public async Task Should_give_a_handler_actor_its_services_when_it_is_registered_by_type()
    {
        var journal = new Journal();
        await using var server = new ScriptedServer(Sending);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString()).AddHandler<JournalHandler>("chat.*"),
            services: services => services.AddSingleton(journal));

        await Eventually.HoldsAsync(() => journal.Lines.ShouldBe(["chat.message"]));
    }

    [Fact]
    public async Task Should_connect_when_the_configuration_comes_from_a_section()
    {
        await using var server = new ScriptedServer(Sending);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["mcp_sse:enable"] = "true",
            ["mcp_sse:server_url"] = server.Url.ToString(),
            ["mcp_sse:auth_key"] = "key",
        }).Build();
        await using var host = await McpSseHost.StartAsync(mcp => mcp.FromConfiguration(configuration.GetSection("mcp_sse")));

        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer key");
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_connect_when_the_configuration_comes_from_a_file()
    {
        await using var server = new ScriptedServer(Sending);
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, $"[mcp_sse.servers.one]\nenable = true\nserver_url = \"{server.Url}\"\n[mcp_sse]\n");
        try
        {
            await using var host = await McpSseHost.StartAsync(mcp => mcp.FromToml(file));
            (await host.States.UntilAsync(ConnectionState.Connected)).Stream.ShouldBe("one");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Should_connect_nothing_and_answer_when_the_stream_is_disabled()
    {
        await using var server = new ScriptedServer(Sending);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s", ServerUrl = server.Url.ToString() }));

        await host.Client.StartAsync();

        var stats = await host.Client.GetStatsAsync();
        stats.State.ShouldBe(ConnectionState.Disabled);
        stats.Enabled.ShouldBeFalse();
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Should_name_every_fault_when_the_options_are_wrong()
    {
        var refused = await Should.ThrowAsync<McpSseConfigurationException>(() => McpSseHost.StartAsync(mcp => mcp
            .AddStream("ftp://host", o => o with { Name = "a", ReadTimeout = TimeSpan.Zero })
            .AddStream("http://host", o => o with { Name = "a" })
            .AddHandler("chat.*", (McpEvent _) => { }, "nowhere")));

        refused.Faults.Length.ShouldBe(4);
        refused.Message.ShouldContain("nowhere");
    }

    [Fact]
    public async Task Should_throw_what_there_is_when_a_stream_is_not_found()
    {
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(new StreamOptions { Name = "a" })
            .AddStream(new StreamOptions { Name = "b" }));

        (await Should.ThrowAsync<StreamNotFoundException>(() => host.Client.GetStatsAsync("c"))).Message.ShouldBe("Unknown stream 'c'; the streams are: a, b.");
        (await Should.ThrowAsync<StreamNotFoundException>(() => host.Client.GetStatsAsync())).Message.ShouldBe("Specify a stream; the streams are: a, b.");
    }

    [Fact]
    public async Task Should_call_back_on_each_state_change_until_disposed()
    {
        await using var server = new ScriptedServer(Sending);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString()));
        await host.States.UntilAsync(ConnectionState.Connected);
        var states = Channel.CreateUnbounded<string>();

        using (host.Client.OnStateChanged(change =>
        {
            states.Writer.TryWrite(change.NewState.ToString());
            throw new InvalidOperationException("a callback's fault is its own");
        }))
        {
            await host.Client.StopAsync();
            (await NextAsync(states)).ShouldBe("Stopped");
            await host.Client.StartAsync();
            (await NextAsync(states)).ShouldBe("Connecting");
            (await NextAsync(states)).ShouldBe("Connected");
        }

        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        await host.States.UntilAsync(ConnectionState.Stopped);
        states.Reader.TryRead(out _).ShouldBeFalse();
    }

    private static async Task SendAsync(Exchange exchange, string stream)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(stream);
        await exchange.StayAsync();
    }

    private static async Task<string> NextAsync(Channel<string> channel)
    {
        using var limit = new CancellationTokenSource(Within.Limit);
        return await channel.Reader.ReadAsync(limit.Token);
    }

    private sealed class Journal
    {
        public ConcurrentQueue<string> Lines { get; } = new();
    }

    private sealed class JournalHandler : ReceiveActor
    {
        public JournalHandler(Journal journal) => Receive<McpEvent>(received => journal.Lines.Enqueue(received.EventType));
    }
}
