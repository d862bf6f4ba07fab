using System.Text.Json;
using McpSseActors.TestServer.Demo;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Testing;

/// <summary>Answers one request as an MCP server of Streamable HTTP that grants everything and has no resources.</summary>
internal sealed class McpAnswers(HttpContext http, string body)
{
    private const string Capabilities =
        """{"protocolVersion":"2025-11-25","serverInfo":{"name":"test","version":"1"},"capabilities":{"logging":{},"resources":{"subscribe":true,"listChanged":true},"tools":{"listChanged":true},"prompts":{"listChanged":true}}}""";

    // The empty result of any list, and of a resource that is read.
    private const string Nothing = """{"contents":[],"resources":[],"tools":[],"prompts":[]}""";

    /// <summary>An event as a notification: its type is the method, its data are the parameters.</summary>
    public static string Notification(DemoEvent sent) =>
        $$"""
        id: {{sent.Id}}
        data: {"jsonrpc":"2.0","method":"{{JsonEncodedText.Encode(sent.Type)}}","params":{{sent.Json.ReplaceLineEndings(" ")}}}


        """;

    public Task AnswerAsync(Func<Task> stream)
    {
        if (HttpMethods.IsGet(http.Request.Method))
            return stream();
        if (HttpMethods.IsDelete(http.Request.Method))
            return EmptyAsync(StatusCodes.Status204NoContent);
        var message = JsonElement.Parse(body);
        if (!message.TryGetProperty("id", out var id) || !message.TryGetProperty("method", out var method))
            return EmptyAsync(StatusCodes.Status202Accepted);
        return method.GetString() switch
        {
            "initialize" => ResultAsync(id, Capabilities),
            "server/discover" or "subscriptions/listen" => JsonAsync(
                StatusCodes.Status400BadRequest, $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"error":{"code":-32601,"message":"Method not found"} }"""),
            _ => ResultAsync(id, Nothing),
        };
    }

    private Task ResultAsync(JsonElement id, string result)
    {
        http.Response.Headers["Mcp-Session-Id"] = "test";
        return JsonAsync(StatusCodes.Status200OK, $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"result":{{result}}}""");
    }

    private Task JsonAsync(int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }

    private Task EmptyAsync(int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
