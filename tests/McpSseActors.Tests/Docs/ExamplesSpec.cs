using System.Text.RegularExpressions;
using Akka.Event;
using Akka.Hosting;
using Examples;
using McpSseActors.TestServer.Demo;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.Docs;

/// <summary>The examples of the pages do what the pages say.</summary>
public sealed class ExamplesSpec
{
    [Fact]
    public async Task Should_hand_chat_to_the_handler_when_the_host_of_the_readme_runs()
    {
        await using var server = new ScriptedServer(SayHelloAsync);
        using var host = EmbedSnippets.Build([], server.Url.ToString(), key: "secret");
        await host.StartAsync();

        var room = host.Services.GetRequiredService<ChatRoom>();
        await Eventually.HoldsAsync(() => room.Lines.ShouldBe(["hello"]));
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer secret");
        var page = new StatusPage(
            host.Services.GetRequiredService<IRequiredActor<McpSse>>(), host.Services.GetRequiredService<IMcpSseClient>());
        await Eventually.HoldsAsync(async () => (await page.WithActorsAsync()).TotalEventsReceived.ShouldBe(1));
        (await page.WithoutActorsAsync()).TotalEventsReceived.ShouldBe(1);
        await host.StopAsync();
    }

    [Fact]
    public async Task Should_connect_when_the_program_of_the_first_steps_is_given_its_file()
    {
        await using var server = new ScriptedServer(SayHelloAsync);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Pages.Blocks(Pages.Read("docs/getting-started.md"), "toml").First()
            .Replace("http://localhost:8080/events", server.Url.ToString(), StringComparison.Ordinal));
        using var host = GettingStartedSnippets.Build([file]);
        await host.StartAsync();

        var room = host.Services.GetRequiredService<ChatRoom>();
        await Eventually.HoldsAsync(() => room.Lines.ShouldBe(["hello"]));
        await host.StopAsync();
        File.Delete(file);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/getting-started.md")]
    [InlineData("docs/handlers.md")]
    [InlineData("docs/observability.md")]
    [InlineData("docs/configuration.md")]
    public async Task Should_handle_every_event_when_a_program_of_the_pages_runs_against_serve(string page)
    {
        const int Events = 300;
        var options = new DemoServerOptions { Rate = 1000, Events = Events, ReplayToNewClients = true, WaitForClient = true };
        await using var server = await DemoServer.StartAsync(options);
        using var file = new EditedFile(Pages.Blocks(Pages.Read("docs/getting-started.md"), "toml").First()
            .Replace("http://localhost:8080/events", server.Url.ToString(), StringComparison.Ordinal));
        using var host = page switch
        {
            "README.md" => EmbedSnippets.Build([], server.Url.ToString(), key: ""),
            "docs/getting-started.md" => GettingStartedSnippets.Build([file.Path]),
            "docs/handlers.md" => HandlerSnippets.Build(server.Url.ToString()),
            "docs/observability.md" => ObservabilitySnippets.Build([], server.Url.ToString()),
            _ => QuerySnippets.Build(["--mcp_sse:enable=true", $"--mcp_sse:server_url={server.Url}"]),
        };
        await host.StartAsync();

        var asking = host.Services.GetRequiredService<IRequiredActor<McpSse>>();
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await asking.ActorRef.Ask<StreamStats>(new GetStats(), Within.Limit);
            stats.TotalEventsReceived.ShouldBe(Events);
            stats.InFlight.ShouldBe(0);
        });
        var final = await asking.ActorRef.Ask<StreamStats>(new GetStats(), Within.Limit);
        final.HandlerFailures.ShouldBe(0);
        final.PayloadFaults.ShouldBe(0);
        final.StoppedHandlers.ShouldBeEmpty();
        final.EventsByType.Keys.ShouldBe(SampleEvents.Types, ignoreOrder: true);
        if (page is "README.md" or "docs/getting-started.md")
            host.Services.GetRequiredService<ChatRoom>().Lines.Count.ShouldBe((int)final.EventsByType["chat.message"]);
        await host.StopAsync();
    }

    [Fact]
    public async Task Should_add_and_remove_handlers_when_the_examples_ask_for_it()
    {
        await using var server = new ScriptedServer(SayHelloAsync);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString()), services: services => services.AddSingleton<ChatRoom>());

        (await HandlerSnippets.AskAsync(new Required(host), TimeSpan.FromSeconds(5))).ShouldBeTrue();
        (await HandlerSnippets.ClientAsync(host.Client)).ShouldBeTrue();
        using var watch = TroubleshootingSnippets.Watch(host.Client);
        (await TroubleshootingSnippets.WhereAsync(host.Client)).State.ShouldNotBe(ConnectionState.Disabled);
    }

    [Fact]
    public async Task Should_log_the_lines_of_the_page_when_a_server_keeps_refusing()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(), o => o with { Name = "chat", MaxReconnectAttempts = 1, InitialReconnectDelay = TimeSpan.FromMilliseconds(20) }));
        await host.States.UntilAsync(ConnectionState.Failed);
        using var log = Inbox.Create(host.System);
        host.System.EventStream.Subscribe(log.Receiver, typeof(LogEvent));

        await host.Client.StartAsync();

        var page = WithoutNumbers(Pages.Read("docs/troubleshooting.md"));
        page.ShouldContain(await NextLineAsync(log, LogLevel.WarningLevel), Case.Sensitive);
        page.ShouldContain(await NextLineAsync(log, LogLevel.ErrorLevel), Case.Sensitive);
    }

    [Fact]
    public async Task Should_log_the_lines_of_the_page_when_a_file_is_read_anew()
    {
        using var file = new EditedFile("[mcp_sse]\nname = \"chat\"\n");
        var log = new LogLines();
        await using var host = await McpSseHost.StartAsync(mcp => QuerySnippets.Reload(mcp, file.Path), LogLines.Hocon, watch: log.ListenTo);
        file.Write("[mcp_sse]\nname = \"chat\"\nread_timeout = 61\n[log]\nconsole_log_level = \"DEBUG\"\n");
        await host.Client.ReloadAsync();
        file.Write("[mcp_sse]\nname = \"chat\"\nread_timeout = 61\njitter = 2\n");
        await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.ReloadAsync());

        var page = Pages.Read("docs/troubleshooting.md");
        foreach (var line in new[] { await log.UntilAsync("Reloaded"), await log.UntilAsync("is not applied") })
            page.ShouldContain($"\n{line.Split(": ", 2)[1].Replace(file.Path, "mcp-sse.toml", StringComparison.Ordinal)}\n", Case.Sensitive);
    }

    [Fact]
    public async Task Should_do_what_the_page_says_when_the_examples_of_queries_run()
    {
        await using var server = new ScriptedServer(Script.Sends("event: chat.message\ndata: hello\n\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "chat" }));
        await Eventually.HoldsAsync(async () => (await QuerySnippets.AskAsync(host.McpSse, Within.Limit)).ShouldBe(1));
        var room = new ChatRoom();
        host.System.ActorOf(Props.Create(() => new StateListener(new Required(host), room)));
        await SaysAsync(room, "1 stream(s)");

        (await QuerySnippets.ComeAndGoAsync(host.Client, server.Url.ToString())).ShouldBeTrue();
        await SaysAsync(room, "news is Stopped: removed");

        using var stopping = new CancellationTokenSource();
        var reading = QuerySnippets.ReadAsync(host.Client, stopping.Token);
        await Eventually.HoldsAsync(async () => (await host.Client.GetHandlersAsync()).ShouldContain(handler => handler.Name == "reader"));
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Within.LimitAsync(reading));
    }

    private static Task SaysAsync(ChatRoom room, string line) => Eventually.HoldsAsync(() => room.Lines.ShouldContain(line));

    private static async Task<string> NextLineAsync(Inbox log, LogLevel level)
    {
        while (true)
        {
            if (await log.ReceiveAsync(Within.Limit) is LogEvent received && received.LogLevel() == level)
                return WithoutNumbers($"\n{received.Message}\n");
        }
    }

    private static string WithoutNumbers(string text) => Regex.Replace(text, @"\d+(\.\d+)?", "N");

    private static async Task SayHelloAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync("id: 1\nevent: chat.message\ndata: {\"text\":\"hello\"}\n\n");
        await exchange.StayAsync();
    }

    private sealed class Required(McpSseHost host) : IRequiredActor<McpSse>
    {
        public IActorRef ActorRef => host.McpSse;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(ActorRef);
    }
}
