namespace McpSseActors.Tests.Mcp;

/// <summary>A server of MCP 2024-11-05: one stream for all that it says, an address for all that it is told.</summary>
internal sealed class OldMcp : FakeMcp
{
    /// <summary>What its first event names.</summary>
    public string Endpoint { get; set; } = "/messages?session=1";

    public string Version { get; init; } = "2024-11-05";

    /// <summary>What it sends right after the endpoint.</summary>
    public string Early { get; init; } = "";

    /// <summary>What it sends before the endpoint.</summary>
    public string First { get; init; } = "";

    public Task NotifyAsync(string method) => Stream.WriteAsync($$"""
        event: message
        data: {"jsonrpc":"2.0","method":"{{method}}"}


        """);

    protected override async Task AnswerAsync(McpCall call)
    {
        if (call.What == "GET")
        {
            var stream = await OpenAsync(call, opened => opened.WriteAsync($"{First}event: endpoint\ndata: {Endpoint}\n\n{Early}"));
            await stream.OverAsync();
            return;
        }

        if (call.Path == "/mcp")
        {
            await call.TextAsync(405);
            return;
        }

        await call.TextAsync(202, "Accepted");
        if (call.What == "initialize")
            await Stream.MessageAsync(call.Result($$"""{"protocolVersion":"{{Version}}","capabilities":{"logging":{},"resources":{"subscribe":true} },"serverInfo":{"name":"old"} }"""));
        else if (call.Id.Length > 0 && call.What != "answer")
            await Stream.MessageAsync(call.Result());
    }
}
