namespace McpSseActors.Tests.Mcp;

/// <summary>A server of MCP 2026-07-28: it has no sessions, and answers one request with a stream.</summary>
internal sealed class ModernMcp : FakeMcp
{
    /// <summary>What it grants to every client; null is all that is asked for.</summary>
    public string? Grants { get; set; }

    public static string Notification(string method, string parameters = "{}") => $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""";

    public Task NotifyAsync(string method, string parameters = "{}") => Stream.MessageAsync(Notification(method, parameters));

    protected override Task AnswerAsync(McpCall call) => call.What switch
    {
        "server/discover" => call.ResultAsync("""{"supportedVersions":["2026-07-28"],"capabilities":{},"serverInfo":{"name":"modern","version":"2"} }"""),
        "subscriptions/listen" => ListenAsync(call),
        "resources/read" => call.ResultAsync("""{"contents":[{"uri":"demo://a","text":"new"}]}"""),
        "tools/list" when call.Params.TryGetProperty("cursor", out _) => call.ResultAsync("""{"tools":[{"name":"two"}]}"""),
        "tools/list" => call.ResultAsync("""{"tools":[{"name":"one"}],"nextCursor":"more"}"""),
        "prompts/list" => call.ResultAsync("""{"prompts":[]}"""),
        "resources/list" => call.ResultAsync("""{"resources":[]}"""),
        "GET" or "DELETE" => call.TextAsync(405),
        _ => call.ErrorAsync(404, -32601, "Method not found"),
    };

    public Task<PushStream> GrantAsync(McpCall call) => OpenAsync(call, stream => stream.MessageAsync(Notification(
        "notifications/subscriptions/acknowledged",
        $$$"""{"notifications":{{{Grants ?? call.Params.GetProperty("notifications").GetRawText()}}},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{call.Id}}}}}""")));

    private async Task ListenAsync(McpCall call) => await (await GrantAsync(call)).OverAsync();
}
