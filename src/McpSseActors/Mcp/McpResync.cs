using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Connections;
using McpSseActors.Events;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// Reports to the handlers, once, what may have been missed while disconnected, and reads it again if configured.
/// </summary>
/// <param name="transport">Sends the events and the requests.</param>
/// <param name="context">The attempt.</param>
/// <param name="since">Since when something may have been missed.</param>
internal sealed class McpResync(McpTransport transport, McpContext context, DateTimeOffset since)
{
    /// <summary>The types of the events that carry what was read.</summary>
    public const string Resource = "mcp.resource";
    public const string Tools = "mcp.tools";
    public const string Prompts = "mcp.prompts";
    public const string Resources = "mcp.resources";

    /// <summary>The largest number of pages of one list that are read.</summary>
    private const int MostPages = 100;

    private readonly McpState _state = context.State;
    private readonly McpSubscriptions _missed = context.State.Wanted;
    private readonly SemaphoreSlim _announcing = new(1);
    private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reports, at the latest when the connection has lasted for its probation, and reads.</summary>
    /// <param name="isProved">Whether an event has come already.</param>
    /// <param name="over">Cancelled at the end of the attempt.</param>
    /// <remarks>An acknowledgement proves nothing: a server that ends every stream at once must not cause a report each time.</remarks>
    public async Task RunAsync(bool isProved, CancellationToken over)
    {
        if (!isProved)
            await Task.WhenAny(_announced.Task, transport.WaitAsync(_state.Probation(context.Options.HealthyAfter), over)).ConfigureAwait(false);
        await AnnounceAsync(over).ConfigureAwait(false);
        if (context.Options.Mcp.ReadOnResync)
            await ReadAsync(over).ConfigureAwait(false);
    }

    /// <summary>Reports, unless that is done; the first event waits for it.</summary>
    public async Task AnnounceAsync(CancellationToken cancellation)
    {
        await _announcing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_announced.Task.IsCompleted)
                await transport.EmitAsync(Announcement(), cancellation).ConfigureAwait(false);
            _announced.TrySetResult();
        }
        finally
        {
            _announcing.Release();
        }
    }

    private Chunk Announcement()
    {
        _state.CountResync();
        return Event(_state.Session, McpResyncEvent.Type, JsonSerializer.SerializeToUtf8Bytes(
            new McpResyncEvent(since, _missed.Resources, _missed.ToolsChanged, _missed.PromptsChanged, _missed.ResourcesChanged),
            McpEventJson.Default.McpResyncEvent));
    }

    // The subscribed resources and lists.
    private async Task ReadAsync(CancellationToken cancellation)
    {
        foreach (var uri in _missed.Resources)
            await ReadAsync(Resource, RequestMethods.ResourcesRead, McpProtocol.ToJson(new ReadResourceRequestParams { Uri = uri }), cancellation).ConfigureAwait(false);
        if (_missed.ToolsChanged)
            await ReadPagesAsync(Tools, RequestMethods.ToolsList, cancellation).ConfigureAwait(false);
        if (_missed.PromptsChanged)
            await ReadPagesAsync(Prompts, RequestMethods.PromptsList, cancellation).ConfigureAwait(false);
        if (_missed.ResourcesChanged)
            await ReadPagesAsync(Resources, RequestMethods.ResourcesList, cancellation).ConfigureAwait(false);
    }

    private async Task ReadPagesAsync(string type, string method, CancellationToken cancellation)
    {
        JsonObject? parameters = null;
        for (var page = 0; page < MostPages; page++)
        {
            var read = await ReadAsync(type, method, parameters, cancellation).ConfigureAwait(false);
            if (read is not { } result || McpProtocol.Text(result, "nextCursor") is not { Length: > 0 } next)
                return;
            parameters = new JsonObject { ["cursor"] = next };
        }
    }

    // A failure must not prevent the other reads.
    private async Task<JsonElement?> ReadAsync(string type, string method, JsonObject? parameters, CancellationToken cancellation)
    {
        try
        {
            var result = await transport.RequestAsync(method, parameters, cancellation).ConfigureAwait(false);
            await transport.EmitAsync(Event(_state.Session, type, Encoding.UTF8.GetBytes(result.GetRawText())), cancellation).ConfigureAwait(false);
            return result;
        }
        catch (RpcException unknown) when (unknown.Code is McpErrorCode.MethodNotFound)
        {
            // A server without prompts, for example, has none that could be missed.
            _state.Log.Debug("Stream {Stream}: the server does not support {Method}, so nothing was missed", _state.Stream, method);
            return null;
        }
        catch (Exception refused) when (transport.IsRefusal)
        {
            _state.Log.Warning("Stream {Stream} could not reread what it may have missed: {Method}: {Reason}", _state.Stream, method, transport.Explain(refused));
            return null;
        }
    }

    private static Chunk Event(McpSession? session, string type, ReadOnlySpan<byte> json)
    {
        var events = new DecodedEvents();
        events.Write(Encoding.UTF8.GetBytes(type), JsonRpc.OnOneLine(json));
        return events.ToChunk(received: 0, default, session);
    }
}
