using McpSseActors.Testing;

namespace McpSseActors.Tests.Testing;

/// <summary>The test kit in a host, as its users use it.</summary>
public sealed class McpSseTestServerSpec
{
    private readonly ConcurrentQueue<string> _handled = new();

    public static TheoryData<StreamTransport> Transports => [StreamTransport.Sse, StreamTransport.Auto, StreamTransport.StreamableHttp, StreamTransport.Subscriptions];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Should_hand_over_each_event_once_when_the_server_drops_its_connections(StreamTransport transport)
    {
        await using var server = await McpSseTestServer.StartAsync();
        await using var host = await StartAsync(server, transport);
        var services = host.Service<IServiceProvider>();
        await server.HandledAsync(services);

        server.SendJson("chat.message", new { Text = "one" }).ShouldBe("1");
        await server.HandledAsync(services);
        server.Drop();
        server.Send("chat.message", """{"text":"two"}""");
        await server.HandledAsync(services);

        _handled.ShouldBe(["""chat.message #1 {"text":"one"}""", """chat.message #2 {"text":"two"}"""]);
        server.Requests.Last(request => request.Method == "GET").LastEventId.ShouldBe("1");
        server.Requests[0].Headers["Authorization"].ShouldBe("Bearer key");
        server.Requests[0].Path.ShouldBe(transport == StreamTransport.Sse ? "/events" : "/mcp");
    }

    [Fact]
    public async Task Should_send_the_lines_as_they_are_when_the_data_has_several()
    {
        await using var server = await McpSseTestServer.StartAsync();
        server.Send("note", "a\nb\n");
        await using var host = await StartAsync(server, StreamTransport.Sse);

        await server.HandledAsync(host.Service<IServiceProvider>());

        _handled.ShouldBe(["note #1 a\nb\n"]);
    }

    [Fact]
    public async Task Should_wait_for_the_handlers_when_they_take_their_time()
    {
        var done = new TaskCompletionSource();
        await using var server = await McpSseTestServer.StartAsync();
        await using var host = await StartAsync(server, StreamTransport.Sse, mcp => mcp.AddHandler(async (McpEvent _) => await done.Task));
        server.Send("note", "a");

        var handled = server.HandledAsync(host.Service<IServiceProvider>());
        await Eventually.HoldsAsync(() => _handled.ShouldNotBeEmpty());
        handled.IsCompleted.ShouldBeFalse();
        done.SetResult();
        await Within.LimitAsync(handled);
    }

    [Fact]
    public async Task Should_say_why_when_the_stream_is_stopped()
    {
        await using var server = await McpSseTestServer.StartAsync();
        await using var host = await StartAsync(server, StreamTransport.Sse);
        await host.Client.StopAsync();
        server.Send("note", "a");

        var fault = await Should.ThrowAsync<InvalidOperationException>(() => server.HandledAsync(host.Service<IServiceProvider>()));

        fault.Message.ShouldBe("Stream chat is Stopped: stopped");
    }

    [Fact]
    public async Task Should_leave_the_other_streams_when_one_is_named()
    {
        await using var server = await McpSseTestServer.StartAsync();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(new StreamOptions { Name = "chat" }).AddStream(new StreamOptions { Name = "news" }),
            services: services => services.UseMcpSseTestServer(server, "news"));

        (await host.Client.GetAllStatsAsync()).Select(stream => (stream.Stream, stream.Enabled)).ShouldBe([("chat", false), ("news", true)]);
    }

    [Fact]
    public async Task Should_not_start_when_a_change_makes_a_stream_faulty()
    {
        var fault = await Should.ThrowAsync<McpSseConfigurationException>(() => McpSseHost.StartAsync(
            mcp => mcp.AddStream("http://localhost/events"),
            services: services => services.ConfigureMcpSseStreams(options => options with { Jitter = 2 })));

        fault.Message.ShouldContain("jitter");
    }

    private Task<McpSseHost> StartAsync(McpSseTestServer server, StreamTransport transport, Action<McpSseBuilder>? more = null) => McpSseHost.StartAsync(
        mcp =>
        {
            mcp.AddStream("https://events.example.com/", options => options with { Name = "chat", Transport = transport, AuthKey = "key" })
                .AddHandler((McpEvent received) => _handled.Enqueue($"{received.EventType} #{received.EventId} {received.Text}"));
            more?.Invoke(mcp);
        },
        services: services => services.UseMcpSseTestServer(server));
}
