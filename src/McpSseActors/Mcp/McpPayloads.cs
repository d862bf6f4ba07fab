using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using McpSseActors.Configuration;
using McpSseActors.Events;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// What the payloads of MCP's notifications are: the types of the official SDK where it has them, so that code which knows them can be reused. Tasks it
/// does not have, and its type of log messages is marked obsolete, which would break the builds of those who use it. They are read for MCP streams only.
/// </summary>
internal static class McpPayloads
{
    /// <summary>The payloads of a stream, without those that the user maps.</summary>
    public static ImmutableArray<PayloadMapping> Of(StreamOptions options) => options.Transport == TransportNames.Plain ? [] : All;

    private static ImmutableArray<PayloadMapping> All { get; } =
    [
        ByHand(McpProtocol.LogMessage, new LogEventConverter()),
        ByHand(McpProtocol.ResourceUpdated, new ResourceUpdatedConverter()),
        OfSdk<ResourceListChangedNotificationParams>(McpProtocol.ResourcesChanged),
        OfSdk<ToolListChangedNotificationParams>(McpProtocol.ToolsChanged),
        OfSdk<PromptListChangedNotificationParams>(McpProtocol.PromptsChanged),
        OfSdk<ProgressNotificationParams>("notifications/progress"),
        OfSdk<CancelledNotificationParams>("notifications/cancelled"),
        OfSdk<ElicitationCompleteNotificationParams>("notifications/elicitation/complete"),
        OfSdk<SubscriptionsAcknowledgedNotificationParams>(McpProtocol.Acknowledged),
        PayloadMapping.Of("notifications/tasks/status", McpEventJson.Default.McpTaskEvent),
        PayloadMapping.Of("notifications/tasks", McpEventJson.Default.McpTaskEvent),
        PayloadMapping.Of(McpResyncEvent.Type, McpEventJson.Default.McpResyncEvent),
    ];

    private static PayloadMapping ByHand<T>(string method, PayloadConverter<T> converter)
        where T : class => PayloadMapping.Of<T>(method, converter.Read);

    private static PayloadMapping OfSdk<T>(string method)
        where T : notnull => PayloadMapping.Of(method, (JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)));
}
