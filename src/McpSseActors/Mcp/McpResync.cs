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
/// Reports to the handlers what may have been missed while disconnected, and reads it again if configured.
/// </summary>
internal sealed class McpResync(McpState state, DateTimeOffset since)
{
    /// <summary>The types of the events that carry what was read.</summary>
    public const string Resource = "mcp.resource";
    public const string Tools = "mcp.tools";
    public const string Prompts = "mcp.prompts";
    public const string Resources = "mcp.resources";

    /// <summary>The largest number of pages of one list that are read.</summary>
    private const int MostPages = 100;

    private readonly McpSubscriptions _missed = state.Wanted;

    /// <summary>Creates the event that reports it.</summary>
    public Chunk Announce()
    {
        state.CountResync();
        return Event(state.Session, McpResyncEvent.Type, JsonSerializer.SerializeToUtf8Bytes(
            new McpResyncEvent(since, _missed.Resources, _missed.ToolsChanged, _missed.PromptsChanged, _missed.ResourcesChanged), McpEventJson.Default.McpResyncEvent));
    }

    /// <summary>Reads the subscribed resources and lists, and delivers them.</summary>
    public async Task ReadAsync(McpTransport transport, CancellationToken cancellation)
    {
        foreach (var uri in _missed.Resources)
            await ReadAsync(transport, Resource, RequestMethods.ResourcesRead, McpProtocol.ToJson(new ReadResourceRequestParams { Uri = uri }), cancellation).ConfigureAwait(false);
        if (_missed.ToolsChanged)
            await ReadPagesAsync(transport, Tools, RequestMethods.ToolsList, cancellation).ConfigureAwait(false);
        if (_missed.PromptsChanged)
            await ReadPagesAsync(transport, Prompts, RequestMethods.PromptsList, cancellation).ConfigureAwait(false);
        if (_missed.ResourcesChanged)
            await ReadPagesAsync(transport, Resources, RequestMethods.ResourcesList, cancellation).ConfigureAwait(false);
    }

    private async Task ReadPagesAsync(McpTransport transport, string type, string method, CancellationToken cancellation)
    {
        JsonObject? parameters = null;
        for (var page = 0; page < MostPages; page++)
        {
            var read = await ReadAsync(transport, type, method, parameters, cancellation).ConfigureAwait(false);
            if (read is not { ValueKind: JsonValueKind.Object } result || !result.TryGetProperty("nextCursor", out var next) || next.ValueKind is not JsonValueKind.String)
                return;
            parameters = new JsonObject { ["cursor"] = next.GetString() };
        }
    }

    // A failure must not prevent the other reads.
    private async Task<JsonElement?> ReadAsync(McpTransport transport, string type, string method, JsonObject? parameters, CancellationToken cancellation)
    {
        try
        {
            var result = await transport.RequestAsync(method, parameters, cancellation).ConfigureAwait(false);
            await transport.EmitAsync(Event(state.Session, type, Encoding.UTF8.GetBytes(result.GetRawText())), cancellation).ConfigureAwait(false);
            return result;
        }
        catch (RpcException unknown) when (unknown.Code is McpErrorCode.MethodNotFound)
        {
            // A server without prompts, for example, has none that could be missed.
            state.Log.Debug("Stream {Stream}: the server does not support {Method}, so nothing was missed", state.Stream, method);
            return null;
        }
        catch (Exception refused) when (transport.IsRefusal)
        {
            state.Log.Warning("Stream {Stream} could not reread what it may have missed: {Method}: {Reason}", state.Stream, method, transport.Explain(refused));
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
