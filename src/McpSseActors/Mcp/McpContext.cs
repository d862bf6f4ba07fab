using System.Text;
using McpSseActors.Telemetry;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>The objects that the parts of one attempt share.</summary>
/// <param name="Options">The stream's options.</param>
/// <param name="State">The state that outlives the attempt.</param>
/// <param name="Http">Its requests.</param>
internal sealed record McpContext(StreamOptions Options, McpState State, McpHttp Http)
{
    /// <summary>Gets the requests that wait for an answer.</summary>
    public PendingRequests Pending { get; } = new();

    /// <summary>Gets what hides secrets in text of the server.</summary>
    public SecretRedactor Redactor => State.Gate.Redactor;

    /// <summary>Whether a notification was requested. Older servers send every change, requested or not.</summary>
    public bool Wants(ReadOnlySpan<byte> method)
    {
        var wanted = State.Wanted;
        return !((!wanted.ToolsChanged && Is(method, NotificationMethods.ToolListChangedNotification))
            || (!wanted.PromptsChanged && Is(method, NotificationMethods.PromptListChangedNotification))
            || (!wanted.ResourcesChanged && Is(method, NotificationMethods.ResourceListChangedNotification)));
    }

    private static int? CodeOf(Exception refused) => refused switch
    {
        RpcException error => (int)error.Code,
        EventsRefusal refusal => refusal.Code,
        _ => null,
    };

    private static bool Is(ReadOnlySpan<byte> method, string name) => Ascii.Equals(method, name);

    /// <summary>Sends a request, and measures the time until <paramref name="send"/> has its answer.</summary>
    /// <param name="request">The request, which is sent with the trace context.</param>
    /// <param name="version">The revision; empty if it is not known yet.</param>
    /// <param name="send">Sends it and waits for the answer.</param>
    public async Task<T> MeasureAsync<T>(McpRequest request, string version, Func<McpRequest, Task<T>> send)
    {
        if (McpOperation.Start(State.Metrics, Http.Span, request.Method, request.Id, version) is not { } operation)
            return await send(request).ConfigureAwait(false);
        try
        {
            var answer = await send(request with { Operation = operation }).ConfigureAwait(false);
            operation.End((int?)(answer as RpcAnswer)?.Error?.Code);
            return answer;
        }
        catch (Exception refused) when (CodeOf(refused) is { } code)
        {
            operation.End(code);
            throw;
        }
        catch (Exception fault)
        {
            operation.Fail(fault is RpcTimeoutException ? "timeout" : $"{fault.GetType()}");
            throw;
        }
    }
}
