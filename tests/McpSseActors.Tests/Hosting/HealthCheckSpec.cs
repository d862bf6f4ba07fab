using Akka.Hosting;
using Akka.TestKit.TestActors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpSseActors.Tests.Hosting;

/// <summary>The health of a host is that of its worst stream.</summary>
public sealed class HealthCheckSpec
{
    [Fact]
    public async Task Should_be_healthy_when_every_stream_is_connected_stopped_on_purpose_or_disabled()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => o with { Name = "connected" })
            .AddStream(server.Url.ToString(), o => o with { Name = "stopped" })
            .AddStream(server.Url.ToString(), o => o with { Name = "disabled", Enabled = false }));
        await host.Client.StopAsync("stopped");

        await HoldsAsync(host, HealthStatus.Healthy, "1 of 2 stream(s) connected; stopped is Stopped: stopped");
        var data = (await CheckAsync(host)).Data;
        data.Keys.ShouldBe(["connected", "disabled", "stopped"], ignoreOrder: true);
        data["connected"].ShouldBeOfType<StreamStats>().IsConnected.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_be_degraded_when_a_stream_is_connecting()
    {
        await using var server = new ScriptedServer(exchange => exchange.StayAsync());
        await using var host = await StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" }));

        await HoldsAsync(host, HealthStatus.Degraded, "0 of 1 stream(s) connected; s is Connecting: started");
    }

    [Fact]
    public async Task Should_be_degraded_and_then_healthy_when_a_lost_stream_comes_back()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"), StayOpenAsync);
        await using var host = await StartAsync(mcp => mcp.AddStream(
            $"{server.Url}?token=SECRET", o => o with { Name = "s", InitialReconnectDelay = TimeSpan.FromSeconds(60) }));

        await HoldsAsync(host, HealthStatus.Degraded, "0 of 1 stream(s) connected; s is BackingOff: the server answered 503");
        await host.Client.RestartAsync();
        await HoldsAsync(host, HealthStatus.Healthy, "1 of 1 stream(s) connected");
    }

    [Fact]
    public async Task Should_be_unhealthy_when_one_of_several_streams_has_failed()
    {
        await using var good = new ScriptedServer(StayOpenAsync);
        await using var bad = new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await StartAsync(mcp => mcp
            .AddStream(good.Url.ToString(), o => o with { Name = "good" })
            .AddStream($"{bad.Url}?token=SECRET", o => o with { Name = "bad" }));

        await HoldsAsync(host, HealthStatus.Unhealthy, "1 of 2 stream(s) connected; bad is Failed: the server answered 404");
        (await CheckAsync(host)).Description.ShouldNotBeNull().ShouldNotContain("SECRET");
    }

    [Fact]
    public async Task Should_be_what_the_host_asked_for_when_a_stream_has_failed()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" }),
            services: services => services.AddHealthChecks(),
            akka: akka => akka.WithMcpSseHealthCheck("streams", HealthStatus.Degraded, ["ready"]));
        await host.States.UntilAsync(ConnectionState.Failed);

        var (name, entry) = (await host.Service<HealthCheckService>().CheckHealthAsync()).Entries.Single(e => e.Value.Tags.Contains("ready"));
        name.ShouldBe("streams");
        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Tags.ShouldBe(["ready", "akka"], ignoreOrder: true);
    }

    [Fact]
    public async Task Should_be_unhealthy_when_a_stream_cannot_answer()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" }));
        await host.States.UntilAsync(ConnectionState.Connected);

        host.System.ActorSelection("/user/mcp-sse/s/stats").Tell(PoisonPill.Instance);

        await HoldsAsync(host, HealthStatus.Unhealthy, "0 of 1 stream(s) connected; s does not answer");
    }

    [Fact]
    public async Task Should_be_unhealthy_when_nobody_answers()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString()),
            "mcp-sse.ask-timeout = 100ms",
            services => services.AddHealthChecks(),
            akka: akka => akka
                .WithMcpSseHealthCheck()
                .WithActors((system, registry, _) => registry.Register<McpSse>(system.ActorOf(Props.Create<BlackHoleActor>()), overwrite: true)));

        await HoldsAsync(host, HealthStatus.Unhealthy, "the streams do not answer");
    }

    [Fact]
    public async Task Should_be_unhealthy_at_once_when_the_host_has_stopped()
    {
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(new StreamOptions { Name = "s" }), "mcp-sse.ask-timeout = 10m", services => services.AddHealthChecks(), akka: akka => akka.WithMcpSseHealthCheck());
        await host.StopAsync();

        var health = await CheckAsync(host).WaitAsync(Within.Limit);

        (health.Status, health.Description).ShouldBe((HealthStatus.Unhealthy, "the streams have ended"));
    }

    private static Task<McpSseHost> StartAsync(Action<McpSseBuilder> configure) =>
        McpSseHost.StartAsync(configure, services: services => services.AddHealthChecks(), akka: akka => akka.WithMcpSseHealthCheck());

    private static async Task<HealthReportEntry> CheckAsync(McpSseHost host) =>
        (await host.Service<HealthCheckService>().CheckHealthAsync()).Entries["mcp-sse"];

    private static Task HoldsAsync(McpSseHost host, HealthStatus status, string description) => Eventually.HoldsAsync(async () =>
    {
        var entry = await CheckAsync(host);
        entry.Description.ShouldNotBeNull().ShouldStartWith(description);
        entry.Status.ShouldBe(status);
    });
}
