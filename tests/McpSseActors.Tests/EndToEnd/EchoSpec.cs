using System.Diagnostics;
using McpSseActors.Cli;
using McpSseActors.Tests.Cli;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>A server repeats the secrets that it was sent, encoded in every usual way, wherever its words are shown to people.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class EchoSpec
{
    [Fact]
    public async Task Should_show_no_secret_when_a_server_repeats_it()
    {
        var overheard = new Overheard();
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == McpSseTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Enqueue($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = new ScriptedServer(Echoes.AnswerAsync);
        var plain = Echoes.PlainPlaces.SelectMany(place => Echoes.Encodings.Select(encoding => (place, encoding, "sse")));
        var mcp = Echoes.McpPlaces.SelectMany(place => Echoes.Encodings.Select(encoding => (place.Place, encoding, place.Transport)));
        var streams = plain.Concat(mcp)
            .Select((stream, index) => Echoes.Options(server.Url, stream.Item1, stream.Item2, stream.Item3, index % 2 == 0)).ToList();
        await using var host = await McpSseHost.StartAsync(
            builder => streams.ForEach(stream => builder.AddStream(stream)), Overheard.Everything, watch: overheard.ListenTo);

        foreach (var stream in streams)
            await Settled(host, stream.Name);
        var all = await host.Client.GetAllStatsAsync();
        foreach (var stats in all)
            overheard.Add(stats);
        overheard.Add(McpSseHealthCheck.Judge(new AllStats([.. all]), letters: null, HealthStatus.Unhealthy).Description);
        await host.StopAsync();
        foreach (var span in spans)
            overheard.Add(span);

        streams.Sum(stream => Echoes.Secrets(stream.Name.Split('-')[0], stream.Transport != StreamTransport.Sse).Count).ShouldBeGreaterThanOrEqualTo(600);
        overheard.Said.Count(line => line.Contains("***", StringComparison.Ordinal)).ShouldBeGreaterThan(streams.Count);
        ShouldHoldNoForm(overheard.Said);
    }

    [Fact]
    public async Task Should_show_no_secret_when_the_tool_tests_or_records()
    {
        await using var server = new ScriptedServer(Echoes.AnswerAsync);
        var plain = Echoes.PlainPlaces.Append("recorded").Select((place, index) => (place, Echoes.Encodings[index % Echoes.Encodings.Length], "sse"));
        var mcp = Echoes.McpPlaces.Select((place, index) => (place.Place, Echoes.Encodings[^(index % Echoes.Encodings.Length + 1)], place.Transport));
        foreach (var (place, encoding, transport) in plain.Concat(mcp))
        {
            using var run = new CliRun();
            Write(run, Echoes.Options(server.Url, place, encoding, transport, withSource: false));
            (await run.InvokeAsync("test", "--config", "mcp-sse.toml", "--timeout", "3", "--report", "report.json")).ShouldNotBe(ExitCodes.Usage, run.Error);
            ShouldHoldNoForm([run.Out, run.Error, File.ReadAllText(Path.Combine(run.Directory, "report.json"))]);
        }

        foreach (var encoding in Echoes.Encodings)
        {
            using var run = new CliRun();
            Write(run, Echoes.Options(server.Url, "recorded", encoding, "sse", withSource: false));
            (await run.InvokeAsync("record", "--config", "mcp-sse.toml", "--output", "a.rec", "--count", "1")).ShouldBe(ExitCodes.Ok, run.Error);
            var recording = File.ReadAllText(Path.Combine(run.Directory, "a.rec"));
            recording.ShouldContain("\"Server\":\"***");
            ShouldHoldNoForm([run.Out, run.Error, recording]);
        }
    }

    private static void Write(CliRun run, StreamOptions options) => run.WriteConfig(
        options.ServerUrl,
        $$"""
        transport = "{{options.Transport}}"
        auth_key = "{{options.AuthKey}}"
        proxy_url = "{{options.ProxyUrl}}"
        http_method = "{{options.HttpMethod}}"
        http_body = '{{options.HttpBody}}'
        custom_headers = { "X-Api-Key" = "{{options.CustomHeaders.Values.Single()}}" }
        """);

    // Open, for good, or waiting for its one attempt after a fault.
    private static Task Settled(McpSseHost host, string stream) => Eventually.HoldsAsync(async () =>
    {
        var stats = await host.Client.GetStatsAsync(stream);
        (stats.State is ConnectionState.Failed or ConnectionState.Stopped || (stats.IsConnected && stats.Mcp is { Transport.Length: > 0 })).ShouldBeTrue($"{stream}: {stats.State} {stats.StateReason}");
    });

    private static void ShouldHoldNoForm(IEnumerable<string> said)
    {
        foreach (var line in said)
        {
            foreach (var form in Echoes.Forms)
                line.Contains(form, StringComparison.OrdinalIgnoreCase).ShouldBeFalse($"'{form}' is in: {line}");
        }
    }
}
