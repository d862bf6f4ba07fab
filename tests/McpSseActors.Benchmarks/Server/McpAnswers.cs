using System.Text.Json;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Server;

/// <summary>An MCP server (Streamable HTTP, 2025-11-25) that has nothing to offer but notifications.</summary>
internal static class McpAnswers
{
    private const string SessionHeader = "Mcp-Session-Id: benchmark\r\n";

    public static Task SendAsync(Connection connection, Request request) => request.Method switch
    {
        "GET" => NotifyAsync(connection, request),
        "POST" => connection.SendAsync(Answer(JsonElement.Parse(request.Body))).AsTask(),
        _ => connection.SendAsync(Http.Answer("200 OK")).AsTask(),
    };

    // The stream stays open after the last event: a client that reads its end would reconnect.
    private static async Task NotifyAsync(Connection connection, Request request)
    {
        var corpus = Catalogue.Find(request.Query["corpus"]) ?? Catalogue.McpUpdates;
        await FullSpeed.SendAsync(connection, corpus, Corpus.IndexBehind(request.LastEventId), request.Count("events"));
        await connection.UntilClosedAsync();
    }

    private static byte[] Answer(JsonElement message)
    {
        if (!message.TryGetProperty("id", out var id))
            return Http.Answer("202 Accepted");
        return message.GetProperty("method").GetString() switch
        {
            "initialize" => Http.Answer("200 OK", Result(id, Initialized(message)), SessionHeader),
            "ping" => Http.Answer("200 OK", Result(id, "{}")),
            _ => Http.Answer("200 OK", $$$"""{"jsonrpc":"2.0","id":{{{id.GetRawText()}}},"error":{"code":-32601,"message":"Method not found"}}"""),
        };
    }

    private static string Result(JsonElement id, string result) => $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"result":{{result}}}""";

    private static string Initialized(JsonElement message) =>
        $$$"""{"protocolVersion":{{{message.GetProperty("params").GetProperty("protocolVersion").GetRawText()}}},"capabilities":{"logging":{}},"serverInfo":{"name":"benchmark","version":"1"}}""";
}
