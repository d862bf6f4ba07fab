using Akka.Hosting;
using Examples;
using McpSseActors.Cli.Watch.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace McpSseActors.Tests.Cli.Watch;

/// <summary>What a host answers, well or badly, on a real socket.</summary>
public sealed class AttachedHostSpec
{
    private const string OneStream = """[{"stream":"s","state":"Connected","stateReason":"ok","totalEventsReceived":5}]""";
    private static readonly EventQuery Chats = new(null, EventPattern.Parse("chat.*"), 10);

    [Fact]
    public async Task Should_read_statistics_and_events_when_the_host_has_both()
    {
        await using var server = Answers(request => request.Line.Contains("/stats ", StringComparison.Ordinal)
            ? OneStream
            : """[{"stream":"s","type":"chat.message","id":"7","timestamp":"2026-01-01T00:00:00Z","data":"{\"text\":\"hi\"}"}]""");
        using var host = new AttachedHost(new Uri($"http://127.0.0.1:{server.Port}"), "secret");

        var reading = await host.ReadAsync(Chats, default);

        var stats = reading.Streams.ShouldHaveSingleItem();
        stats.State.ShouldBe(ConnectionState.Connected);
        stats.TotalEventsReceived.ShouldBe(5);
        var received = reading.Events.ShouldHaveSingleItem();
        received.ShouldBe(new WatchedEvent(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null), "chat.message", "7", "text=hi"));
        reading.EventsOf.ShouldBe("s");
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer secret");
        (await server.NextRequestAsync()).Line.ShouldBe("GET /api/v1/recent?count=10&length=1048576&stream=s&type=chat.%2A HTTP/1.1");
    }

    [Fact]
    public async Task Should_read_what_a_web_service_shows_when_it_maps_what_the_page_says()
    {
        await using var server = new ScriptedServer(Script.Sends("id: 1\nevent: chat.message\ndata: {\"text\":\"hi\"}\n\nevent: user.login\ndata: x\n\n"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("service", akka => akka.WithMcpSse(mcp => mcp.AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" })));
        await using var app = builder.Build();
        AttachSnippets.MapStreams(app);
        await app.StartAsync();
        using var host = new AttachedHost(new Uri(app.Urls.First() + "/mcp-sse"), "");

        await Eventually.HoldsAsync(async () =>
        {
            var reading = await host.ReadAsync(Chats, default);
            reading.Streams.ShouldHaveSingleItem().TotalEventsReceived.ShouldBe(2);
            reading.Events.ShouldHaveSingleItem().Data.ShouldBe("text=hi");
        });
        await app.StopAsync();
    }

    [Theory]
    [InlineData("200 OK", "<html>", "is not an answer of the HTTP API")]
    [InlineData("200 OK", "null", "is not an answer of the HTTP API")]
    [InlineData("200 OK", "[null]", "is not an answer of the HTTP API")]
    [InlineData("200 OK", """[{"state":"Connected"}]""", "is not an answer of the HTTP API")]
    [InlineData("200 OK", """[{"stream":"s","stateReason":null}]""", "is not an answer of the HTTP API")]
    [InlineData("200 OK", """[{"stream":"s","state":"Splendid"}]""", "is not an answer of the HTTP API")]
    [InlineData("404 Not Found", "", "has no /api/v1/stats")]
    [InlineData("401 Unauthorized", "", "pass its key with --auth-key")]
    [InlineData("500 Internal Server Error", "", "answered 500 at /api/v1/stats")]
    [InlineData("302 Found", "", "answered 302 at /api/v1/stats")]
    public async Task Should_say_what_is_wrong_when_the_answer_is(string status, string body, string complaint)
    {
        await using var server = Answers(_ => body, status);
        using var host = new AttachedHost(new Uri($"http://127.0.0.1:{server.Port}/"), "");

        var fault = await Should.ThrowAsync<SourceException>(host.ReadAsync(Chats, default));

        fault.Message.ShouldContain(complaint);
    }

    [Fact]
    public async Task Should_say_what_is_wrong_when_events_lack_their_parts()
    {
        await using var server = Answers(request => request.Line.Contains("/stats ", StringComparison.Ordinal) ? OneStream : "[{}]");
        using var host = new AttachedHost(new Uri($"http://127.0.0.1:{server.Port}/"), "");

        (await Should.ThrowAsync<SourceException>(host.ReadAsync(Chats, default))).Message.ShouldContain("/api/v1/recent is not an answer of the HTTP API");
    }

    [Fact]
    public async Task Should_say_so_when_nobody_listens()
    {
        using var host = new AttachedHost(new Uri("http://127.0.0.1:1/"), "");

        (await Should.ThrowAsync<SourceException>(host.ReadAsync(Chats, default))).Message.ShouldBe("127.0.0.1:1 refused the connection; is the server running?");
    }

    [Fact]
    public async Task Should_not_wait_for_ever_when_the_host_does_not_answer()
    {
        await using var server = new ScriptedServer(exchange => exchange.StayAsync());
        using var host = new AttachedHost(new Uri($"http://127.0.0.1:{server.Port}/"), "");

        (await Should.ThrowAsync<SourceException>(Within.LimitAsync(host.ReadAsync(Chats, default)))).Message.ShouldContain("did not answer within 3 s");
    }

    [Fact]
    public async Task Should_still_show_statistics_and_ask_for_fewer_events_when_events_are_too_long()
    {
        await using var server = Answers(request => request.Line.Contains("/stats ", StringComparison.Ordinal) ? OneStream : new string(' ', 5 * 1024 * 1024));
        using var host = new AttachedHost(new Uri($"http://127.0.0.1:{server.Port}/"), "");

        var reading = await host.ReadAsync(Chats, default);
        await host.ReadAsync(Chats, default);

        reading.Streams.ShouldHaveSingleItem();
        reading.NoEvents.ShouldNotBeNull().ShouldContain("too long");
        var asked = new List<string>();
        for (var request = 0; request < 4; request++)
            asked.Add((await server.NextRequestAsync()).Line);
        asked.Where(line => line.Contains("recent", StringComparison.Ordinal)).Select(line => line.Split('&')[0]).ShouldBe(["GET /api/v1/recent?count=10", "GET /api/v1/recent?count=2"]);
    }

    [Fact]
    public async Task Should_do_without_events_when_the_host_shows_none()
    {
        await using var server = new ScriptedServer(exchange => exchange.Request.Line.Contains("/stats ", StringComparison.Ordinal)
            ? AnswerAsync(exchange, "200 OK", OneStream)
            : exchange.AnswerAsync("404 Not Found"));
        using var host = new AttachedHost(new Uri($"http://127.0.0.1:{server.Port}/"), "");

        (await host.ReadAsync(Chats, default)).NoEvents.ShouldNotBeNull().ShouldContain("does not serve events");
    }

    [Theory]
    [InlineData("http://host:1", "http://host:1")]
    [InlineData("http://user:secret@host:1/app/?token=secret", "http://host:1/app")]
    public void Should_hide_secrets_when_it_names_itself(string url, string name)
    {
        using var host = new AttachedHost(new Uri(url), "");

        host.Name.ShouldBe(name);
    }

    private static ScriptedServer Answers(Func<Request, string> body, string status = "200 OK") => new(exchange => AnswerAsync(exchange, status, body(exchange.Request)));

    private static Task AnswerAsync(Exchange exchange, string status, string body) =>
        exchange.WriteAsync($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");
}
