using System.Globalization;

namespace McpSseActors.Tests.Connections;

/// <summary>What follows from the head of the server's answer.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class AnswerSpec
{
    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("text/event-stream;charset=utf-8")]
    [InlineData("Text/Event-Stream ; charset=UTF-8;")]
    [InlineData("text/event-stream;")]
    [InlineData("text/event-stream\r\nContent-Type: text/event-stream")]
    [InlineData("text/html\r\nContent-Type: text/event-stream")]
    [InlineData("text/event-stream, text/event-stream")]
    [InlineData("text/plain, text/event-stream")]
    [InlineData("application/json, text/event-stream; charset=utf-8")]
    [InlineData("text/event-stream, */*")]
    [InlineData("text/event-stream, nonsense")]
    [InlineData("text/event-stream, ")]
    [InlineData("text/html; x=\"a, b\", text/event-stream")]
    [InlineData("text/event-stream; x=\", text/html")]
    public async Task Should_connect_when_the_answer_is_an_event_stream(string contentType)
    {
        var events = new ReceivedEvents();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync(contentType);
            await exchange.WriteAsync("data: hello\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(events.Collect));

        (await events.NextAsync()).Text.ShouldBe("hello");
        (await host.States.UntilAsync(ConnectionState.Connected)).OldState.ShouldBe(ConnectionState.Connecting);
    }

    [Theory]
    [InlineData("Content-Type: text/html; charset=utf-8\r\n", "text/html")]
    [InlineData("Content-Type: application/json\r\n", "application/json")]
    [InlineData("Content-Type: text/event-stream-2\r\n", "text/event-stream-2")]
    [InlineData("Content-Type: text/event-stream, text/plain\r\n", "text/plain")]
    [InlineData("Content-Type: text/event-stream\r\nContent-Type: text/html\r\n", "text/html")]
    [InlineData("Content-Type: text/html; x=\", text/event-stream\"\r\n", "text/html")]
    [InlineData("Content-Type: text/ event-stream\r\n", "text/ event-stream")]
    [InlineData("Content-Type: \r\n", "no content type")]
    [InlineData("", "no content type")]
    public async Task Should_fail_and_name_what_came_when_the_answer_is_no_event_stream(string headers, string named)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("200 OK", headers));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain(named);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_give_one_short_line_as_reason_when_the_server_writes_a_novel_in_control_characters()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("200 OK", $"Content-Type: text/\e[2J{new string('x', 50_000)}\r\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        var reason = (await host.States.UntilAsync(ConnectionState.Failed)).Reason;
        reason.ShouldContain("text/\uFFFD[2Jxxx");
        reason.Length.ShouldBeLessThan(500);
        (await host.Client.GetStatsAsync()).StateReason.ShouldBe(reason);
    }

    [Fact]
    public async Task Should_stop_when_the_server_answers_204()
    {
        await using var server = new ScriptedServer(exchange => exchange.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        var stopped = await host.States.UntilAsync(ConnectionState.Stopped);
        stopped.OldState.ShouldBe(ConnectionState.Connecting);
        stopped.Reason.ShouldContain("204");
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("202 Accepted")]
    [InlineData("206 Partial Content")]
    [InlineData("300 Multiple Choices")]
    [InlineData("304 Not Modified")]
    [InlineData("400 Bad Request")]
    [InlineData("404 Not Found")]
    [InlineData("405 Method Not Allowed")]
    [InlineData("407 Proxy Authentication Required")]
    [InlineData("410 Gone")]
    [InlineData("418 I'm a teapot")]
    [InlineData("451 Unavailable For Legal Reasons")]
    public async Task Should_fail_when_the_answer_is_final(string status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(status));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        var failed = await host.States.UntilAsync(ConnectionState.Failed);
        failed.OldState.ShouldBe(ConnectionState.Connecting);
        failed.Reason.ShouldContain(status[..3]);
        failed.RetryIn.ShouldBeNull();
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("408 Request Timeout")]
    [InlineData("425 Too Early")]
    [InlineData("429 Too Many Requests")]
    [InlineData("500 Internal Server Error")]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 Service Unavailable")]
    [InlineData("504 Gateway Timeout")]
    [InlineData("599 Whatever")]
    public async Task Should_back_off_and_connect_when_the_answer_is_passing(string status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(status), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.Reason.ShouldContain(status[..3]);
        lost.Attempt.ShouldBe(1);
        lost.RetryIn.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20));
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("404 Not Found", 404)]
    [InlineData("401 Unauthorized", 401)]
    public async Task Should_back_off_when_a_final_status_is_listed_as_retryable(string status, int listed)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(status), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { RetryableStatus = [listed] }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain(status[..3]);
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("429 Too Many Requests")]
    [InlineData("503 Service Unavailable")]
    public async Task Should_wait_at_least_as_long_as_asked_when_Retry_After_has_seconds(string status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(status, "Retry-After: 120\r\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldNotBeNull()
            .ShouldBeInRange(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(150));
    }

    [Theory]
    [InlineData("429 Too Many Requests")]
    [InlineData("503 Service Unavailable")]
    public async Task Should_wait_until_the_time_when_Retry_After_has_a_date(string status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(
            status,
            $"Retry-After: {DateTimeOffset.UtcNow.AddSeconds(600).ToString("r", CultureInfo.InvariantCulture)}\r\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldNotBeNull()
            .ShouldBeInRange(TimeSpan.FromSeconds(500), TimeSpan.FromSeconds(630));
    }

    [Theory]
    [InlineData("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n")]
    [InlineData("Retry-After: soon\r\n")]
    [InlineData("Retry-After: -5\r\n")]
    [InlineData("Retry-After: 0\r\n")]
    public async Task Should_keep_its_own_delay_when_Retry_After_asks_for_nothing(string header)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable", header), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldNotBeNull()
            .ShouldBeInRange(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20));
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("this is not HTTP\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-st")]
    public async Task Should_back_off_when_the_answer_is_no_HTTP_or_ends_in_its_head(string answer)
    {
        await using var server = new ScriptedServer(exchange => exchange.WriteAsync(answer), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldNotBeEmpty();
        await host.States.UntilAsync(ConnectionState.Connected);
    }
}
