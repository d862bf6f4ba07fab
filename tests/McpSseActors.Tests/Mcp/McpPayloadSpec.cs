using ModelContextProtocol.Protocol;

namespace McpSseActors.Tests.Mcp;

/// <summary>The payload types of MCP's notifications.</summary>
public sealed class McpPayloadSpec : McpSpec
{
    [Theory]
    [InlineData("notifications/message", """{"level":"info","logger":"x","data":{"a":1}}""", typeof(McpLogEvent))]
    [InlineData("notifications/resources/updated", """{"uri":"demo://a"}""", typeof(ResourceUpdatedNotificationParams))]
    [InlineData("notifications/resources/list_changed", "{}", typeof(ResourceListChangedNotificationParams))]
    [InlineData("notifications/tools/list_changed", "{}", typeof(ToolListChangedNotificationParams))]
    [InlineData("notifications/prompts/list_changed", "{}", typeof(PromptListChangedNotificationParams))]
    [InlineData("notifications/progress", """{"progressToken":"t","progress":0.5,"total":1}""", typeof(ProgressNotificationParams))]
    [InlineData("notifications/cancelled", """{"requestId":1,"reason":"x"}""", typeof(CancelledNotificationParams))]
    [InlineData("notifications/elicitation/complete", """{"elicitationId":"e"}""", typeof(ElicitationCompleteNotificationParams))]
    [InlineData("notifications/tasks/status", """{"taskId":"t","status":"working","createdAt":"2026-01-01T00:00:00Z","ttl":null}""", typeof(McpTaskEvent))]
    [InlineData("notifications/tasks", """{"taskId":"t","status":"completed","result":{}}""", typeof(McpTaskEvent))]
    public async Task Should_have_the_type_of(string method, string parameters, Type payload)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, "streamable-http");

        await server.StreamAsync(1);
        await server.NotifyAsync(method, parameters);
        (await NextAsync(method)).GetType().ShouldBe(typeof(McpEvent<>).MakeGenericType(payload));
    }

    [Fact]
    public async Task Should_have_the_type_of_what_is_acknowledged()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await ListenAsync(server.Url, "subscriptions");

        (await NextAsync("notifications/subscriptions/acknowledged")).ShouldBeOfType<McpEvent<SubscriptionsAcknowledgedNotificationParams>>();
    }

    [Fact]
    public async Task Should_be_counted_and_go_on_untyped_when_it_does_not_fit()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, "streamable-http");

        await server.StreamAsync(1);
        await server.NotifyAsync("notifications/message", "[1]");
        (await NextAsync("notifications/message")).ShouldBeOfType<McpEvent>().Text.ShouldBe("[1]");
        await StatsHoldAsync(host, stats => stats.PayloadFaults.ShouldBe(1));
    }

    [Fact]
    public async Task Should_be_the_user_s_where_there_is_one()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, "streamable-http", build: mcp => mcp.MapPayload<Mine>("notifications/*", JsonSerializerOptions.Web));

        await server.StreamAsync(1);
        await server.NotifyAsync("notifications/message", """{"level":"info","data":1}""");
        (await NextAsync("notifications/message")).ShouldBeOfType<McpEvent<Mine>>().Payload.Level.ShouldBe("info");
    }

    private sealed record Mine(string Level);
}
