namespace McpSseActors.Tests.EndToEnd;

/// <summary>A server that repeats the secrets of its clients, at a place and in an encoding that the path names: <c>/place/encoding</c>.</summary>
internal static class Echoes
{
    public const string Session = "s3ss-0f-a1b2/c3d4+e5";
    public const string Token = "t0ken-7f3a+9c/Zq-42";

    private const string Header = "h3ader-Kk9-Vv8/11";
    private const string Query = "qu3ry-Xx5-Yy6~77";
    private const string Body = "b0dy-Pp1-Qq2!33";
    private const string ProxyPassword = "pr0xy-Mm3-Nn4*55";

    public static readonly string[] Encodings =
        ["plain", "percent", "base64", "base64-pair", "base64url", "unicode", "hex", "upper", "bare", "entities"];

    public static readonly string[] PlainPlaces = ["type", "coding", "scheme", "moved", "reason", "garbage", "chunk"];

    public static readonly (string Place, string Transport)[] McpPlaces =
    [
        ("endpoint", "http-sse"), ("redirect", "streamable-http"), ("info", "streamable-http"), ("version", "streamable-http"), ("error", "streamable-http"),
        ("refusal", "streamable-http"), ("listen", "subscriptions"), ("grant", "subscriptions"), ("discover", "auto"), ("type", "streamable-http"),
    ];

    /// <summary>The secrets that a client of this place has sent.</summary>
    public static IReadOnlyList<string> Secrets(string place, bool isMcp) => (place, isMcp) switch
    {
        ("info" or "version" or "refusal" or "error", _) => [Token, Header, Query, ProxyPassword, Session],
        (_, true) => [Token, Header, Query, ProxyPassword],
        _ => [Token, Header, Query, ProxyPassword, Body],
    };

    /// <summary>All forms of all secrets: none of them may be found anywhere.</summary>
    public static IReadOnlyList<string> Forms { get; } =
        [.. new[] { Token, Header, Query, ProxyPassword, Body, Session }.SelectMany(secret => Encodings.Select(encoding => Encode(secret, encoding))).SelectMany(Halves)];

    public static StreamOptions Options(Uri server, string place, string encoding, string transport, bool withSource) => new()
    {
        Name = $"{place}-{encoding}-{transport}",
        Enabled = true,
        ServerUrl = $"http://127.0.0.1:{server.Port}/{place}/{encoding}/{transport}?key={Uri.EscapeDataString(Query)}",
        Transport = StreamTransport.Parse(transport),
        AuthKey = withSource ? "" : Token,
        Credentials = withSource ? (_, _) => ValueTask.FromResult<string?>(Token) : null,
        CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Api-Key", Header),
        HttpMethod = transport == "sse" ? "POST" : "GET",
        HttpBody = transport == "sse" ? $$"""{"password":"{{Body}}"}""" : "",
        ProxyUrl = $"http://user:{Uri.EscapeDataString(ProxyPassword)}@127.0.0.1:{server.Port}",
        // The data of an event is its handlers' and the log's, as it came.
        EnableEventLogging = false,
        MaxReconnectAttempts = 1,
        InitialReconnectDelay = TimeSpan.FromMilliseconds(1),
        ConnectionTimeout = TimeSpan.FromSeconds(20),
        Mcp = new McpListenOptions { Resources = ["file:///a"] },
    };

    public static async Task AnswerAsync(Exchange exchange)
    {
        var path = new Uri(exchange.Request.Line.Split(' ')[1]).Segments;
        var place = path[1].TrimEnd('/');
        var said = string.Join('.', Secrets(place, isMcp: path[^1] != "sse").Select(secret => Encode(secret, path[2].TrimEnd('/'))));
        await (place switch
        {
            "type" => exchange.AnswerAsync("200 OK", $"Content-Type: text/html; x={said}\r\n"),
            "coding" => exchange.AnswerAsync("200 OK", $"Content-Type: text/event-stream\r\nContent-Encoding: {said}\r\n"),
            "scheme" => exchange.AnswerAsync("302 Found", $"Location: x{new string([.. said.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '+')])}:y\r\n"),
            "moved" => exchange.AnswerAsync("308 Moved", $"Location: /opened/{said}\r\n"),
            "opened" => exchange.AnswerAsync("200 OK", "Content-Type: text/event-stream\r\n"),
            "reason" => exchange.AnswerAsync($"418 {said}"),
            "garbage" => exchange.WriteAsync($"{said}\r\n\r\n"),
            "chunk" => exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{said}\r\n"),
            "recorded" => RecordedAsync(exchange, said),
            _ => AnswerMcpAsync(exchange, place, said),
        });
    }

    public static string Encode(string secret, string encoding)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return encoding switch
        {
            "percent" => string.Concat(bytes.Select(value => $"%{value:x2}")),
            "base64" => Convert.ToBase64String(bytes),
            "base64-pair" => Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{secret}")).TrimEnd('='),
            "base64url" => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('='),
            "unicode" => string.Concat(secret.Select(letter => $"\\u{(int)letter:x4}")),
            "hex" => Convert.ToHexStringLower(bytes),
            "upper" => Convert.ToHexString(bytes),
            "bare" => secret.Replace("-", "", StringComparison.Ordinal),
            "entities" => string.Concat(secret.Select(letter => $"&#x{(int)letter:X};")),
            _ => secret,
        };
    }

    private static IEnumerable<string> Halves(string form) => [form[..(form.Length / 2)], form[(form.Length / 2)..]];

    // What a recording keeps of an answer.
    private static async Task RecordedAsync(Exchange exchange, string said)
    {
        await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; x={said}\r\nServer: {said}\r\nVia: 1.1 {said}\r\nX-Powered-By: {said}\r\nConnection: close\r\n\r\ndata: x\n\n");
        await exchange.StayAsync();
    }

    private static Task AnswerMcpAsync(Exchange exchange, string place, string said)
    {
        var request = exchange.Request;
        if (place == "redirect")
            return exchange.AnswerAsync("307 Temporary Redirect", $"Location: http://x{said}.example/mcp\r\n");
        if (request.Line.StartsWith("GET", StringComparison.Ordinal))
            return place == "endpoint" ? EventsAsync(exchange, $"event: endpoint\ndata: http://x{said}.example/post\n\n") : EventsAsync(exchange, "");
        if (!request.Line.StartsWith("POST", StringComparison.Ordinal))
            return exchange.AnswerAsync("200 OK");
        using var json = JsonDocument.Parse(request.Body);
        if (!json.RootElement.TryGetProperty("id", out var id))
            return exchange.AnswerAsync("202 Accepted");
        var method = json.RootElement.GetProperty("method").GetString()!;
        return (place, method) switch
        {
            ("error", "initialize") or ("refusal", "resources/subscribe") or ("listen", "subscriptions/listen") =>
                JsonAsync(exchange, new { jsonrpc = "2.0", id, error = new { code = -32000, message = said } }),
            ("grant", _) => AcknowledgeAsync(exchange, new { resourceSubscriptions = new[] { said } }),
            ("discover", "server/discover") => JsonAsync(exchange, Result(id, new Dictionary<string, object>
            {
                ["supportedVersions"] = new[] { "2026-07-28" },
                ["_meta"] = new Dictionary<string, object> { ["io.modelcontextprotocol/serverInfo"] = new { name = said, version = "1" } },
            })),
            ("discover", _) => AcknowledgeAsync(exchange, new { toolsListChanged = true }),
            (_, "initialize") => JsonAsync(exchange, Result(id, new
            {
                protocolVersion = place == "version" ? said : "2025-11-25",
                capabilities = new { resources = new { subscribe = true } },
                serverInfo = new { name = place == "info" ? said : "x", version = place == "info" ? said : "1" },
            })),
            _ => JsonAsync(exchange, Result(id, new { })),
        };
    }

    private static object Result(JsonElement id, object result) => new { jsonrpc = "2.0", id, result };

    private static Task AcknowledgeAsync(Exchange exchange, object notifications) => EventsAsync(
        exchange, $"data: {JsonSerializer.Serialize(new { jsonrpc = "2.0", method = "notifications/subscriptions/acknowledged", @params = new { notifications } })}\n\n");

    private static Task JsonAsync(Exchange exchange, object message) => JsonAsync(exchange, JsonSerializer.Serialize(message));

    private static Task JsonAsync(Exchange exchange, string json) => exchange.WriteAsync(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: {Session}\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\nConnection: close\r\n\r\n{json}");

    private static async Task EventsAsync(Exchange exchange, string events)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(events);
        await exchange.StayAsync();
    }
}
