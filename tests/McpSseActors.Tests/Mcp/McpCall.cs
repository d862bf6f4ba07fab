using Microsoft.AspNetCore.Http;

namespace McpSseActors.Tests.Mcp;

/// <summary>One request that a fake MCP server got, and the ways to answer it.</summary>
internal sealed class McpCall(HttpContext http, string body, CancellationToken gone)
{
    private static readonly JsonDocument Nothing = JsonDocument.Parse("{}");

    private readonly Dictionary<string, string> _headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The JSON-RPC method; <c>answer</c> for an answer of the client's; the HTTP method for a request without a message.</summary>
    public string What { get; } = body.Length == 0 ? http.Request.Method : Message(body).TryGetProperty("method", out var method) ? method.GetString()! : "answer";

    public string HttpMethod { get; } = http.Request.Method;

    public string Path { get; } = http.Request.Path;

    public JsonElement Json { get; } = Message(body);

    public JsonElement Params => Json.TryGetProperty("params", out var parameters) ? parameters : Nothing.RootElement;

    /// <summary>The ID, as it was written.</summary>
    public string Id => Json.TryGetProperty("id", out var id) ? id.GetRawText() : "";

    /// <summary>The event stream that answers it; null without one.</summary>
    public PushStream? Stream { get; private set; }

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    public async Task TextAsync(int status, string text = "", string type = "text/plain", params (string Name, string Value)[] headers)
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        if (text.Length == 0)
            return;
        http.Response.ContentType = type;
        await http.Response.WriteAsync(text, gone);
    }

    public Task JsonAsync(string json, int status = 200, params (string Name, string Value)[] headers) => TextAsync(status, json, "application/json", headers);

    public Task ResultAsync(string result = "{}", params (string Name, string Value)[] headers) => JsonAsync(Result(result), 200, headers);

    public Task ErrorAsync(int status, int code, string message = "no", string data = "null") => JsonAsync(Error(code, message, data), status);

    public string Result(string result = "{}") => $$"""{"jsonrpc":"2.0","id":{{Id}},"result":{{result}}}""";

    public string Error(int code, string message = "no", string data = "null") =>
        $$"""{"jsonrpc":"2.0","id":{{Id}},"error":{"code":{{code}},"message":"{{message}}","data":{{data}} } }""";

    /// <summary>Begins an event stream.</summary>
    public async Task<PushStream> StreamAsync(params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        http.Response.ContentType = "text/event-stream";
        await http.Response.Body.FlushAsync(gone);
        return Stream = new PushStream(http, gone);
    }

    /// <summary>Answers nothing, until the client or the server has gone.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, gone).ContinueWith(_ => { }, TaskScheduler.Default);

    private static JsonElement Message(string body) => body.StartsWith('{') ? JsonElement.Parse(body) : Nothing.RootElement;
}

/// <summary>An event stream that a test writes to.</summary>
internal sealed class PushStream(HttpContext http, CancellationToken gone)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>Whether nothing more can be sent.</summary>
    public bool IsOver => gone.IsCancellationRequested || _end.Task.IsCompleted;

    public bool IsBroken { get; private set; }

    /// <summary>Whether the first words of the server are sent; a test's own come after them.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Ends when the stream does, whichever side ended it.</summary>
    public Task OverAsync() => Task.WhenAny(_end.Task, Task.Delay(Timeout.Infinite, gone));

    public Task MessageAsync(string json, string? id = null) => WriteAsync($"{(id is null ? "" : $"id: {id}\n")}data: {json}\n\n");

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(byte[] bytes)
    {
        await _writing.WaitAsync(gone);
        try
        {
            await http.Response.Body.WriteAsync(bytes, gone);
            await http.Response.Body.FlushAsync(gone);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The clean end.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>The connection breaks as soon as its request is left.</summary>
    public void Abort()
    {
        IsBroken = true;
        End();
    }
}
