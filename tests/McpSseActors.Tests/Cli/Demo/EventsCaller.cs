using System.Net.Http.Headers;

namespace McpSseActors.Tests.Cli.Demo;

/// <summary>Speaks MCP events with a server, without the library: a second opinion on it.</summary>
internal sealed class EventsCaller(Uri url) : IDisposable
{
    private const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private readonly HttpClient _http = new();
    private readonly List<SseReader> _readers = [];
    private int _id;

    /// <summary>The answer to a request: its result or error.</summary>
    public async Task<JsonElement> CallAsync(string method, string members = "")
    {
        using var request = Request(method, members);
        using var response = await _http.SendAsync(request);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    /// <summary>The stream of a request.</summary>
    public async Task<EventsStream> StreamAsync(string method, string members)
    {
        var reader = new SseReader();
        _readers.Add(reader);
        using var request = Request(method, members);
        var response = await reader.OpenAsync(request);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new EventsStream(reader, _id);
    }

    public void Dispose()
    {
        _readers.ForEach(reader => reader.Dispose());
        _http.Dispose();
    }

    private HttpRequestMessage Request(string method, string members)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(
                $$$"""{"jsonrpc":"2.0","id":{{{++_id}}},"method":"{{{method}}}","params":{{{{members}}}{{{(members.Length > 0 ? "," : "")}}}{{{Meta}}}}}""",
                Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        return request;
    }
}

/// <summary>The frames of one stream.</summary>
internal sealed class EventsStream(SseReader reader, int id)
{
    /// <summary>The parameters of the next notification, which has to be this one and carry the ID of the request.</summary>
    public async Task<JsonElement> NextAsync(string method)
    {
        var message = await MessageAsync();
        message.GetProperty("method").GetString().ShouldBe(method, message.ToString());
        var parameters = message.GetProperty("params");
        parameters.GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").GetInt32().ShouldBe(id);
        return parameters;
    }

    /// <summary>The result of the request, after which nothing comes.</summary>
    public async Task EndAsync()
    {
        var message = await MessageAsync();
        message.GetProperty("id").GetInt32().ShouldBe(id);
        message.GetProperty("result").GetProperty("resultType").GetString().ShouldBe("complete");
        (await reader.NextAsync()).ShouldBeNull();
    }

    /// <summary>Whether the connection has ended.</summary>
    public async Task BreakAsync() => (await reader.NextAsync()).ShouldBeNull();

    private async Task<JsonElement> MessageAsync() => JsonElement.Parse((await reader.NextAsync()).ShouldNotBeNull().Data);
}
