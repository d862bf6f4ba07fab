using McpSseActors.TestServer.Events;

namespace McpSseActors.Tests.Cli.Testing;

/// <summary>Diagnoses of subscriptions to MCP events.</summary>
[Trait("Category", "McpEvents")]
public sealed class SubscriptionSpec : DiagnosisSpec
{
    [Fact]
    public async Task Should_hold_in_every_step_when_the_subscription_is_good()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 50 });

        await ShouldHoldAsync(TestAsync($"{server.Url}", "--event", "incident.created", "--arg", "severity=P1", "--listen", "2"));

        ShouldBe("transport", "pass", "declares io.modelcontextprotocol/events");
        ShouldBe("subscription", "pass", "event incident.created (severity=P1): listed, its arguments fit, and the server confirmed it");
        ShouldBe("first event", "pass", "incident.created");
        ShouldBe("IDs", "pass", "rising");
        ShouldBe("resume", "pass", "replayed: after #");
    }

    [Fact]
    public async Task Should_hear_the_heartbeats_of_a_subscription()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Heartbeat = TimeSpan.FromMilliseconds(100) });

        await ShouldHoldAsync(TestAsync($"{server.Url}", "--event", "incident.created", "--listen", "20"));

        ShouldBe("heartbeat", "pass", "heard)");
    }

    [Theory]
    [InlineData("deploy.finished", "/environment is missing")]
    [InlineData("incident.craeted", "did you mean incident.created?")]
    public async Task Should_fail_at_the_subscription_when_the_server_cannot_be_subscribed_to(string name, string reason)
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions());

        await ShouldFailAsync(TestAsync($"{server.Url}", "--event", name));

        ShouldBe("transport", "pass", "declares MCP events");
        ShouldBe("subscription", "fail", reason, $"see what the server has: mcp-sse events {server.Url}");
        ShouldBe("first byte", "skip", "not reached");
    }

    [Fact]
    public async Task Should_fail_at_the_transport_when_the_server_has_no_events()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Declaration = EventsDeclaration.None });

        await ShouldFailAsync(TestAsync($"{server.Url}", "--event", "incident.created"));

        ShouldBe("transport", "fail", "events");
        ShouldBe("subscription", "skip", "not reached");
    }

    [Fact]
    public async Task Should_warn_when_the_type_cannot_be_replayed()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 50 });

        await ShouldHoldAsync(TestAsync($"{server.Url}", "--event", "oncall.typing", "--listen", "1"));

        ShouldBe("IDs", "warn", "no event has a cursor", "the server doesn't keep events of this type; those missed during a disconnect are lost");
    }

    [Fact]
    public async Task Should_not_try_a_resume_when_it_polls()
    {
        await using var server = await EventsServer.StartAsync(new EventsServerOptions { Rate = 50 });

        await ShouldHoldAsync(TestAsync($"{server.Url}", "--event", "incident.created", "--poll", "--listen", "3"));

        ShouldBe("resume", "skip", "not tried: each poll resumes after the one before");
    }
}
