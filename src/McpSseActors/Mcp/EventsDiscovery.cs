using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Connections;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>Finds out whether a server has events, and which types (MCP Events, discovery).</summary>
/// <param name="context">Whose requests are used.</param>
/// <param name="known">What is known of the server, and is added to.</param>
internal sealed class EventsDiscovery(McpContext context, EventsState known)
{

    /// <summary>Gets what the server declares.</summary>
    /// <exception cref="TransportException">It declares no events, or can't be asked.</exception>
    public async Task<EventsCapability> DiscoverAsync(CancellationToken cancellation)
    {
        if (known.Capability is { } declared)
            return declared;
        var answer = await AskAsync(RequestMethods.ServerDiscover, [], cancellation).ConfigureAwait(false);
        if (answer.Error is { Code: McpErrorCode.InternalError } error)
            throw TransportException.Lost($"the server refuses {RequestMethods.ServerDiscover}: {error.Message}");
        var isModern = answer.Result is { } discovered && McpProtocol.HasModern(discovered, "supportedVersions");
        if ((isModern ? answer.Result : await EventsSession.BeginAsync(context, known, cancellation).ConfigureAwait(false)) is not { } result)
            throw TransportException.NotSupported($"the server does not support revision {McpProtocol.Modern}, which events need");
        var capability = result.TryGetProperty("capabilities", out var capabilities) ? EventsProtocol.Find(capabilities, context.Options.Event.Dialect) : null;
        if (capability is null)
        {
            await EventsSession.EndAsync(context, known, cancellation).ConfigureAwait(false);
            throw TransportException.NotSupported(context.Options.Event.Dialect is McpEventDialect.Sep
                ? $"the server does not declare the extension {EventsProtocol.Extension}"
                : "the server does not declare MCP Events");
        }

        known.Server = isModern ? AutoTransport.Server(result, context.Redactor)
            : result.TryGetProperty("serverInfo", out var info) ? McpProtocol.Name(info, context.Redactor)
            : "";
        return known.Capability = capability;
    }

    /// <summary>Gets the types that the server offers, all pages of them.</summary>
    /// <exception cref="TransportException">It can't be asked.</exception>
    /// <exception cref="EventsRefusal">It refused.</exception>
    public async Task<ImmutableArray<McpEventType>> ListAsync(EventsCapability capability, CancellationToken cancellation)
    {
        var types = ImmutableArray.CreateBuilder<McpEventType>();
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        for (var (page, cursor) = (0, (string?)null); page < EventsProtocol.MostPages; page++)
        {
            var answer = await AskAsync(EventsProtocol.List, cursor is null ? [] : new JsonObject { ["cursor"] = cursor }, cancellation).ConfigureAwait(false);
            if (answer.Error is { } error)
                throw EventsRefusal.Of(error, capability);
            if (answer.Result is not { } result || !IsComplete(result))
                throw TransportException.Lost($"the server did not answer {EventsProtocol.List}");
            Add(types, result);
            cursor = McpProtocol.Text(result, "nextCursor");
            if (cursor.Length == 0 || !cursors.Add(cursor) || types.Count >= EventsProtocol.MostTypes)
                break;
        }

        var all = types.ToImmutable();
        known.Types = all;
        return all;
    }

    /// <summary>Whether a result is one: other values of its type are reserved.</summary>
    public static bool IsComplete(JsonElement result) => result.ValueKind is JsonValueKind.Object && McpProtocol.Text(result, "resultType") is "" or "complete";

    private Task<RpcAnswer> AskAsync(string method, JsonObject parameters, CancellationToken cancellation) => context.MeasureAsync(
        new McpRequest(EventsProtocol.NextId(), method, parameters), known.Version, request => AskAsync(request, cancellation));

    private async Task<RpcAnswer> AskAsync(McpRequest request, CancellationToken cancellation)
    {
        using var response = await EventsSession.PostAsync(context, known, request, cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new TransportException(AnswerHead.Reject(response));
        var answer = await RpcAnswer.ReadAsync(response, request.Id, context.Options, context.Redactor, cancellation).ConfigureAwait(false);
        if (answer is { Error: null, Result: null } && !response.IsSuccessStatusCode && response.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
            throw new TransportException(AnswerHead.Reject(response));
        return answer;
    }

    private void Add(ImmutableArray<McpEventType>.Builder types, JsonElement result)
    {
        if (!result.TryGetProperty("events", out var list) || list.ValueKind is not JsonValueKind.Array)
            return;
        foreach (var entry in list.EnumerateArray())
        {
            if (types.Count >= EventsProtocol.MostTypes)
                return;
            if (Read(entry) is { } type)
                types.Add(type);
            else
                context.State.Log.Warning("Stream {Stream}: the server lists an event type without a name or a delivery mode: {EventType}",
                    context.State.Stream, McpProtocol.Text(entry, "name"));
        }
    }

    private McpEventType? Read(JsonElement entry)
    {
        var name = McpProtocol.Text(entry, "name");
        var modes = name.Length > 0 && entry.TryGetProperty("delivery", out var delivery) && delivery.ValueKind is JsonValueKind.Array
            ? delivery.EnumerateArray().Select(Mode).OfType<McpEventDelivery>().Distinct().ToImmutableArray()
            : [];
        return modes.IsEmpty ? null : new McpEventType
        {
            Name = name,
            Description = McpProtocol.Text(entry, "description") is { Length: > 0 } description ? context.Redactor.Redact(description) : null,
            Delivery = modes,
            InputSchema = Schema(entry, "inputSchema"),
            PayloadSchema = Schema(entry, "payloadSchema"),
        };
    }

    private static McpEventDelivery? Mode(JsonElement mode) => mode.ValueKind is JsonValueKind.String
        ? mode.GetString() switch
        {
            "push" => McpEventDelivery.Push,
            "poll" => McpEventDelivery.Poll,
            "webhook" => McpEventDelivery.Webhook,
            _ => null,
        }
        : null;

    private static JsonElement? Schema(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var schema) && schema.ValueKind is JsonValueKind.Object ? schema : null;
}
