namespace McpSseActors.Tests.Telemetry;

/// <summary>No span and no measurement holds a secret of a stream, or the data of an event.</summary>
public sealed class TelemetrySecretSpec
{
    private const string Name = "telemetry-secrets";

    [Fact]
    public async Task Should_say_no_secret_when_everything_is_measured_and_traced()
    {
        using var spans = new Spans(Name);
        using var measured = new Measurements(Name);
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("503 SECRET-phrase"),
            exchange => exchange.WriteAsync("SECRET\r\n\r\n"),
            exchange => exchange.AnswerAsync("301 Moved", "Location: /events?token=SECRET-moved#SECRET\r\n"),
            async exchange =>
            {
                await exchange.OpenAsync();
                await exchange.WriteAsync("""
                    event: a
                    data: {"SECRET":"SECRET","_meta":{"traceparent":"SECRET","tracestate":"SECRET"}}


                    """.ReplaceLineEndings("\n"));
                exchange.Reset();
            },
            exchange => exchange.AnswerAsync("302 Found", "Location: http://user:SECRET@127.0.0.1:1/?SECRET\r\n"),
            exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"{server.Url}?token=SECRET-query", o => Streams.Quick(o) with
            {
                Name = Name,
                AuthKey = "SECRET-key",
                CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Api-Key", "SECRET-header").Add("Cookie", "SECRET-cookie"),
                HttpMethod = "POST",
                HttpBody = "SECRET-body",
            })
            .AddHandler("a", (McpEvent received) => { throw new InvalidOperationException(received.Text); }));
        await host.States.UntilAsync(ConnectionState.Failed);
        await host.StopAsync();

        (await spans.EndedAsync("mcp_sse.connect", 5)).Select(s => s.GetTagItem("mcp_sse.outcome")).ShouldBe(["rejected", "lost", "lost", "lost", "rejected"]);
        spans.Named("process a").ShouldHaveSingleItem().GetTagItem("error.type").ShouldBe("System.InvalidOperationException");
        measured.All.Count.ShouldBeGreaterThan(10);
        string.Join('\n', spans.Texts.Concat(measured.All.Select(Text))).ShouldNotContain("SECRET", Case.Sensitive);
    }

    private static string Text(Measured measured) => $"{measured.Instrument} {string.Join(' ', measured.Tags)}";
}
