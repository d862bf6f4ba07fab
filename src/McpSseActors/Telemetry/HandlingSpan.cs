using System.Diagnostics;
using McpSseActors.Events;

namespace McpSseActors.Telemetry;

/// <summary>Tells of the handling of one event by one handler.</summary>
internal static class HandlingSpan
{
    /// <summary>A longer type is no name for a span.</summary>
    private const int LongestType = 256;

    public static Activity? Start(McpEvent received, string handler)
    {
        if (!McpSseTelemetry.Source.HasListeners())
            return null;
        var type = received.EventType.Length > LongestType ? "(other)" : received.EventType;
        return McpSseTelemetry.Source.StartActivity(
            $"process {type}",
            ActivityKind.Consumer,
            TraceContext.Of(received),
            [
                new(Attributes.Stream, received.Stream),
                new(Attributes.Handler, handler),
                new(Attributes.EventType, type),
                new(Attributes.EventId, received.EventId),
            ],
            received.AttemptLinks);
    }

    /// <summary>Calls a handler within a span.</summary>
    public static void Run<T>(T received, string handler, Action<T> handle)
        where T : McpEvent
    {
        using var span = Start(received, handler);
        try
        {
            handle(received);
        }
        catch (Exception fault)
        {
            Fail(span, fault);
            throw;
        }
    }

    /// <summary>Calls an asynchronous handler within a span.</summary>
    public static async Task RunAsync<T>(T received, string handler, Func<T, Task> handle)
        where T : McpEvent
    {
        using var span = Start(received, handler);
        try
        {
            await handle(received);
        }
        catch (Exception fault)
        {
            Fail(span, fault);
            throw;
        }
    }

    // The message of a fault may hold what the event holds: the log has it, a trace has only its type.
    private static void Fail(Activity? span, Exception fault) =>
        span?.SetTag(Attributes.ErrorType, fault.GetType().FullName).SetStatus(ActivityStatusCode.Error);
}
