using System.Collections.Immutable;
using McpSseActors.Events;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// Maps the payloads of MCP notifications to the types of the official SDK, so that existing code can use them. The SDK
/// has no type for tasks, and marks its type for log messages as obsolete, which would break builds that use it. Only
/// MCP streams are mapped.
/// </summary>
internal static class McpPayloads
{
    /// <summary>Gets the mappings of a stream, without those of the user.</summary>
    public static ImmutableArray<PayloadMapping> Of(StreamOptions options) => options.Transport == StreamTransport.Sse ? [] : All;

    private static ImmutableArray<PayloadMapping> All { get; } =
    [
        Converted(McpProtocol.LogMessage, new LogEventConverter()),
        Converted(NotificationMethods.ResourceUpdatedNotification, new ResourceUpdatedConverter()),
        OfSdk<ResourceListChangedNotificationParams>(NotificationMethods.ResourceListChangedNotification),
        OfSdk<ToolListChangedNotificationParams>(NotificationMethods.ToolListChangedNotification),
        OfSdk<PromptListChangedNotificationParams>(NotificationMethods.PromptListChangedNotification),
        OfSdk<ProgressNotificationParams>(NotificationMethods.ProgressNotification),
        OfSdk<CancelledNotificationParams>(NotificationMethods.CancelledNotification),
        OfSdk<ElicitationCompleteNotificationParams>(NotificationMethods.ElicitationCompleteNotification),
        OfSdk<SubscriptionsAcknowledgedNotificationParams>(NotificationMethods.SubscriptionsAcknowledgedNotification),
        PayloadMapping.Of("notifications/tasks/status", McpEventJson.Default.McpTaskEvent),
        PayloadMapping.Of("notifications/tasks", McpEventJson.Default.McpTaskEvent),
        PayloadMapping.Of(McpGapEvent.Type, McpEventJson.Default.McpGapEvent),
        PayloadMapping.Of(McpResyncEvent.Type, McpEventJson.Default.McpResyncEvent),
    ];

    private static PayloadMapping Converted<T>(string method, PayloadConverter<T> converter)
        where T : class => PayloadMapping.Of<T>(method, converter.Read);

    private static PayloadMapping OfSdk<T>(string method)
        where T : notnull => PayloadMapping.Of(method, McpProtocol.TypeOf<T>());
}
