using System.Globalization;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpSseActors.Interop.Server;

/// <summary>
/// MCP events whose history depends on the clock only: event n happens n intervals after a given start, so that a server that was killed and
/// started again has the same history.
/// </summary>
/// <param name="start">The Unix time in milliseconds.</param>
/// <param name="interval">Milliseconds from one event to the next.</param>
/// <param name="total">How many events there are.</param>
internal sealed class Ticks(string start, string interval, string total)
{
    private const string Extension = "io.modelcontextprotocol/events";
    private const string Type = """
        {"name":"tick","description":"A number, each time the next one.","delivery":["push","poll"],
        "inputSchema":{"type":"object","properties":{"parity":{"type":"string","enum":["even","odd"]}},"additionalProperties":false},
        "payloadSchema":{"type":"object","properties":{"number":{"type":"integer"}},"required":["number"]}}
        """;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);

    private readonly long _start = long.Parse(start, CultureInfo.InvariantCulture);
    private readonly long _interval = long.Parse(interval, CultureInfo.InvariantCulture);
    private readonly long _total = long.Parse(total, CultureInfo.InvariantCulture);

    private long Newest => Math.Clamp((DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - _start) / _interval, 0, _total);

    public void AddTo(McpServerOptions options)
    {
        options.Capabilities!.Extensions = new Dictionary<string, object> { [Extension] = new JsonObject() };
        options.RequestHandlers =
        [
            new McpServerRequestHandler
            {
                Method = "events/list",
                Handler = (_, _) => ValueTask.FromResult<JsonNode?>(new JsonObject { ["resultType"] = "complete", ["events"] = new JsonArray(JsonNode.Parse(Type)) }),
            },
            new McpServerRequestHandler { Method = "events/poll", Handler = (request, _) => ValueTask.FromResult<JsonNode?>(Poll(request.Params!)) },
            new McpServerRequestHandler { Method = "events/stream", Handler = StreamAsync },
        ];
    }

    private JsonObject Poll(JsonNode asked)
    {
        Check(asked);
        var position = PositionOf(asked);
        var events = new JsonArray();
        for (var end = Math.Min(Newest, position + 50); position < end;)
        {
            if (IsWanted(asked, ++position))
                events.Add(Occurrence(position));
        }

        return new JsonObject
        {
            ["resultType"] = "complete",
            ["events"] = events,
            ["cursor"] = CursorOf(position),
            ["truncated"] = false,
            ["hasMore"] = position < Newest,
            ["nextPollMs"] = 100,
        };
    }

    private async ValueTask<JsonNode?> StreamAsync(RequestContext<JsonNode?> request, CancellationToken cancellation)
    {
        var asked = request.Params!;
        Check(asked);
        var position = PositionOf(asked);
        await NotifyAsync("active", new JsonObject { ["cursor"] = CursorOf(position), ["truncated"] = false });
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var beat = TimeProvider.System.GetTimestamp();
        do
        {
            while (position < Newest)
            {
                if (!IsWanted(asked, ++position))
                    continue;
                var occurrence = Occurrence(position);
                occurrence["cursor"] = CursorOf(position);
                await NotifyAsync("event", occurrence);
            }

            if (TimeProvider.System.GetElapsedTime(beat) < Heartbeat)
                continue;
            beat = TimeProvider.System.GetTimestamp();
            await NotifyAsync("heartbeat", new JsonObject { ["cursor"] = CursorOf(position) });
        }
        while (await timer.WaitForNextTickAsync(cancellation));
        return null;

        Task NotifyAsync(string method, JsonObject parameters)
        {
            parameters["_meta"] = new JsonObject { ["io.modelcontextprotocol/subscriptionId"] = request.JsonRpcRequest.Id.Id is long number ? number : request.JsonRpcRequest.Id.ToString() };
            return request.Server.SendNotificationAsync($"notifications/events/{method}", parameters, McpJsonUtilities.DefaultOptions, cancellation);
        }
    }

    private static void Check(JsonNode asked)
    {
        if (asked["name"]?.GetValue<string>() != "tick")
            throw new McpProtocolException("NotFound", (McpErrorCode)(-32023)) { Data = { ["kind"] = "event" } };
    }

    private long PositionOf(JsonNode asked) => asked["cursor"] is { } cursor ? long.Parse(cursor.GetValue<string>()[3..], CultureInfo.InvariantCulture) : Newest;

    private static string CursorOf(long position) => string.Create(CultureInfo.InvariantCulture, $"at:{position}");

    private static bool IsWanted(JsonNode asked, long number) => asked["arguments"]?["parity"] is not { } parity || parity.GetValue<string>() == (number % 2 is 0 ? "even" : "odd");

    private JsonObject Occurrence(long number) => new()
    {
        ["eventId"] = string.Create(CultureInfo.InvariantCulture, $"tick-{number}"),
        ["name"] = "tick",
        ["timestamp"] = DateTimeOffset.FromUnixTimeMilliseconds(_start + (number * _interval)).ToString("O"),
        ["data"] = new JsonObject { ["number"] = number },
    };
}
