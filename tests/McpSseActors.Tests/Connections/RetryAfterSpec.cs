using System.Globalization;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>What a server asks for with Retry-After, however it writes it.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class RetryAfterSpec
{
    [Theory]
    [InlineData("4", 4)]
    [InlineData("4.5", 4.5)]
    [InlineData(" 4 ", 4)]
    [InlineData("4s", 4)]
    [InlineData("+4", 4)]
    [InlineData("\"4\"", 4)]
    [InlineData("4, 4", 4)]
    [InlineData("4, 6", 6)]
    [InlineData("4\r\nRetry-After: 6", 6)]
    [InlineData("soon, 6", 6)]
    [InlineData("4294967296", 3600)]
    [InlineData("99999999999999999999999999", 3600)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 3600)]
    public async Task Should_wait_as_long_as_the_server_asks(string header, double seconds)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable", $"Retry-After: {header}\r\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Jitter = 0 }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task Should_measure_a_date_with_the_clock_of_the_server_when_it_tells_the_time(int minutesAhead)
    {
        var now = DateTimeOffset.UtcNow.AddMinutes(minutesAhead);
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable", $"Date: {now:R}\r\nRetry-After: {now.AddSeconds(4):R}\r\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Jitter = 0 }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:41 GMT", 4)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:41 GMT", 4)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:41Z", 4)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:00 GMT", 0)]
    [InlineData("", "0", 0)]
    public void Should_read_every_date_that_servers_send(string date, string header, int seconds) =>
        Read(date, header).ShouldNotBeNull().Delay.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e9")]
    [InlineData("٤")]
    public void Should_tell_a_value_without_sense_from_none(string header)
    {
        Read("", header).ShouldBe(new RetryAfter(null));
        RetryAfter.Read(new HttpResponseMessage()).ShouldBeNull();
    }

    private static RetryAfter? Read(string date, string header)
    {
        using var response = new HttpResponseMessage();
        if (date.Length > 0)
            response.Headers.Date = DateTimeOffset.Parse(date, CultureInfo.InvariantCulture);
        response.Headers.TryAddWithoutValidation("Retry-After", header);
        return RetryAfter.Read(response);
    }
}
