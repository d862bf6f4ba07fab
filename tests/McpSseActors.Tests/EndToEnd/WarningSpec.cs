namespace McpSseActors.Tests.EndToEnd;

/// <summary>What an operator is warned about when a stream starts.</summary>
public sealed class WarningSpec
{
    private const string InTheClear = "Stream s sends its credentials unencrypted: http://nowhere.invalid/events is plain http and not this machine; use https";

    private readonly LogLines _log = new();

    [Theory]
    [InlineData("key", false, false)]
    [InlineData("", true, false)]
    [InlineData("", false, true)]
    public async Task Should_warn_once_when_a_credential_would_go_unencrypted_to_another_machine(string key, bool hasSource, bool hasHeader)
    {
        await using var host = await StartAsync("http://nowhere.invalid/events", o => o with
        {
            AuthKey = key,
            Credentials = hasSource ? (_, _) => ValueTask.FromResult<string?>("token") : null,
            CustomHeaders = hasHeader ? o.CustomHeaders.Add("authorization", "Basic x") : ImmutableDictionary<string, string>.Empty,
        });
        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.Client.RestartAsync();
        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.Client.StopAsync();
        await host.Client.StartAsync();
        await host.States.UntilAsync(ConnectionState.BackingOff);

        await _log.CaughtUpAsync();
        _log.Containing("unencrypted").ShouldHaveSingleItem().ShouldEndWith(InTheClear);
    }

    [Theory]
    [InlineData("http://nowhere.invalid/events", "")]
    [InlineData("https://nowhere.invalid/events", "key")]
    [InlineData("http://localhost:1/events", "key")]
    [InlineData("http://127.0.0.1:1/events", "key")]
    [InlineData("http://[::1]:1/events", "key")]
    public async Task Should_not_warn_when_nothing_secret_leaves_the_machine_unencrypted(string url, string key)
    {
        await using var host = await StartAsync(url, o => o with { AuthKey = key });
        await host.States.UntilAsync(ConnectionState.BackingOff);

        await _log.CaughtUpAsync();
        _log.Containing("unencrypted").ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_name_the_configured_address_at_every_start_when_certificates_are_not_verified()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("301 Moved", "Location: /elsewhere\r\n"),
            exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await StartAsync(server.Url.ToString(), o => o with { VerifySsl = false });
        await host.States.UntilAsync(ConnectionState.Failed);
        await host.Client.StartAsync();
        await host.States.UntilAsync(ConnectionState.Failed);

        await _log.CaughtUpAsync();
        _log.Containing("verify_ssl").Count().ShouldBe(2);
        _log.Containing("verify_ssl").ShouldAllBe(line => line.EndsWith($": verify_ssl is false: stream s accepts any certificate of {server.Url}", StringComparison.Ordinal));
    }

    private Task<McpSseHost> StartAsync(string url, Func<StreamOptions, StreamOptions> configure) =>
        McpSseHost.StartAsync(mcp => mcp.AddStream(url, o => configure(Streams.Quick(o))), watch: _log.ListenTo);
}
