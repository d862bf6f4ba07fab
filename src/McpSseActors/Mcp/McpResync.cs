using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Connections;
using McpSseActors.Events;

namespace McpSseActors.Mcp;

/// <summary>What may have been missed while nobody listened: told to the handlers and, if asked for, read anew.</summary>
internal sealed class McpResync(McpState state, DateTimeOffset since)
{
    /// <summary>So many pages of one list are read at the most.</summary>
    private const int MostPages = 100;

    private readonly McpSubscriptions _missed = state.Wanted;

    /// <summary>The event that says so.</summary>
    public Chunk Announce()
    {
        state.CountResync();
        return Event(state.Session, McpResyncEvent.Type, JsonSerializer.SerializeToUtf8Bytes(
            new McpResyncEvent(since, _missed.Resources, _missed.ToolsChanged, _missed.PromptsChanged, _missed.ResourcesChanged), McpEventJson.Default.McpResyncEvent));
    }

    /// <summary>Reads what was subscribed to, and delivers it.</summary>
    public async Task ReadAsync(McpTransport transport, CancellationToken cancellation)
    {
        foreach (var uri in _missed.Resources)
            await ReadAsync(transport, "mcp.resource", "resources/read", new JsonObject { ["uri"] = uri }, cancellation).ConfigureAwait(false);
        if (_missed.ToolsChanged)
            await ReadPagesAsync(transport, "mcp.tools", "tools/list", cancellation).ConfigureAwait(false);
        if (_missed.PromptsChanged)
            await ReadPagesAsync(transport, "mcp.prompts", "prompts/list", cancellation).ConfigureAwait(false);
        if (_missed.ResourcesChanged)
            await ReadPagesAsync(transport, "mcp.resources", "resources/list", cancellation).ConfigureAwait(false);
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

    // One that cannot be read shall not hide the others.
    private async Task<JsonElement?> ReadAsync(McpTransport transport, string type, string method, JsonObject? parameters, CancellationToken cancellation)
    {
        try
        {
            var result = await transport.RequestAsync(method, parameters, cancellation).ConfigureAwait(false);
            await transport.EmitAsync(Event(state.Session, type, Encoding.UTF8.GetBytes(result.GetRawText())), cancellation).ConfigureAwait(false);
            return result;
        }
        catch (RpcException unknown) when (unknown.Code == JsonRpc.MethodNotFound)
        {
            // A server without prompts, say, has none that could be missed.
            state.Log.Debug("Stream {Stream}: the server does not know {Method}, so nothing of it was missed", state.Stream, method);
            return null;
        }
        catch (Exception refused) when (refused is RpcException or RpcTimeoutException)
        {
            state.Log.Warning("Stream {Stream} could not read anew what it may have missed: {Method}: {Reason}", state.Stream, method, refused.Message);
            return null;
        }
    }

    private static Chunk Event(McpSession? session, string type, ReadOnlySpan<byte> json)
    {
        var events = new DecodedEvents();
        events.Write(Encoding.UTF8.GetBytes(type), JsonRpc.OnOneLine(json));
        return events.Take(received: 0, default, session);
    }
}
