using System.Diagnostics;

namespace McpSseActors.Telemetry;

/// <summary>Traces the handling of one event by one handler.</summary>
internal static class HandlingSpan
{
    /// <summary>Longer types and IDs are left out: they are of no use as the name of a span or in a search.</summary>
    private const int Longest = 256;

    public static Activity? Start(McpEvent received, string handler)
    {
        if (!McpSseTelemetry.Source.HasListeners())
            return null;
        var type = received.EventType.Length > Longest ? "(other)" : received.EventType;
        return McpSseTelemetry.Source.StartActivity(
            $"process {type}",
            ActivityKind.Consumer,
            TraceContext.Of(received),
            [
                new(Attributes.Stream, received.Stream),
                new(Attributes.Handler, handler),
                new(Attributes.EventType, type),
                new(Attributes.EventId, received.EventId is { Length: <= Longest } id ? id : null),
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
    public static Task RunAsync<T>(T received, string handler, Func<T, CancellationToken, Task> handle, CancellationToken stopped)
        where T : McpEvent =>
        McpSseTelemetry.Source.HasListeners() ? TraceAsync(received, handler, handle, stopped) : handle(received, stopped);

    private static async Task TraceAsync<T>(T received, string handler, Func<T, CancellationToken, Task> handle, CancellationToken stopped)
        where T : McpEvent
    {
        using var span = Start(received, handler);
        try
        {
            await handle(received, stopped);
        }
        catch (Exception fault)
        {
            Fail(span, fault);
            throw;
        }
    }

    // The message of an exception may contain data of the event: the log has it, a trace has only the type.
    private static void Fail(Activity? span, Exception fault) =>
        span?.SetTag(Attributes.ErrorType, fault.GetType().FullName).SetStatus(ActivityStatusCode.Error);
}
