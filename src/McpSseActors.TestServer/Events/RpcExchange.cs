using System.Globalization;
using System.Text;
using System.Text.Json;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.TestServer.Events;

/// <summary>A request of MCP 2026-07-28, and the ways to answer it.</summary>
internal sealed class RpcExchange
{
    public const string Version = "2026-07-28";

    private const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";
    private const string Complete = "\"resultType\":\"complete\"";
    private const string ProtocolVersion = "io.modelcontextprotocol/protocolVersion";
    private const string ClientCapabilities = "io.modelcontextprotocol/clientCapabilities";

    private readonly HttpContext _http;
    private readonly string _id;

    private RpcExchange(HttpContext http, JsonElement message)
    {
        _http = http;
        _id = message.Member("id")?.GetRawText() ?? "null";
        Method = message.Text("method") ?? "";
        Params = message.Member("params") ?? JsonElement.Parse("{}");
    }

    public string Method { get; }

    public JsonElement Params { get; }

    /// <summary>Cancelled when the client has gone.</summary>
    public CancellationToken Left => _http.RequestAborted;

    /// <summary>Reads a request. One that is faulty is answered; then the result is null.</summary>
    public static async Task<RpcExchange?> ReadAsync(HttpContext http)
    {
        JsonElement message;
        try
        {
            message = (await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted).ConfigureAwait(false)).RootElement;
        }
        catch (JsonException)
        {
            await http.AnswerAsync(StatusCodes.Status400BadRequest, "The body is not JSON.\n").ConfigureAwait(false);
            return null;
        }

        var exchange = new RpcExchange(http, message);
        if (message.Member("id") is null)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return null;
        }

        if (exchange.Fault() is not var (code, text, data))
            return exchange;
        await exchange.ErrorAsync(code, text, data, StatusCodes.Status400BadRequest).ConfigureAwait(false);
        return null;
    }

    public Task ResultAsync(string members) => JsonAsync(StatusCodes.Status200OK, Answer($"\"result\":{{{Complete},{members}}}"));

    public Task ErrorAsync(int code, string text, string? data = null, int status = StatusCodes.Status200OK) =>
        JsonAsync(status, Answer(string.Create(CultureInfo.InvariantCulture, $"\"error\":{{\"code\":{code},\"message\":{Json.Of(text)}{(data is null ? "" : $",\"data\":{data}")}}}")));

    /// <summary>Begins an answer that is a stream.</summary>
    public Task OpenAsync()
    {
        _http.Response.ContentType = "text/event-stream";
        _http.Response.Headers.CacheControl = "no-cache";
        _http.Response.Headers["X-Accel-Buffering"] = "no";
        return _http.Response.Body.FlushAsync(Left);
    }

    /// <summary>Sends a notification that belongs to this request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="members">The members of its parameters; empty for none.</param>
    public Task NotifyAsync(string method, string members) => WriteAsync(Notification(method, members));

    /// <summary>The bytes of a notification on the stream.</summary>
    public byte[] Notification(string method, string members) =>
        Frame(Message($"\"method\":{Json.Of(method)},\"params\":{{{(members.Length > 0 ? $"{members}," : "")}{Meta}}}"));

    /// <summary>Ends the stream in good order.</summary>
    public Task EndAsync() => WriteAsync(Frame(Answer($"\"result\":{{{Complete},{Meta}}}")));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _http.Response.Body.WriteAsync(bytes, Left).ConfigureAwait(false);
        await _http.Response.Body.FlushAsync(Left).ConfigureAwait(false);
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort() => _http.Abort();

    private string Meta => $"\"_meta\":{{\"{SubscriptionId}\":{_id}}}";

    private string Answer(string members) => Message($"\"id\":{_id},{members}");

    private static string Message(string members) => $"{{\"jsonrpc\":\"2.0\",{members}}}";

    private static byte[] Frame(string json) => Encoding.UTF8.GetBytes($"data: {json}\n\n");

    private Task JsonAsync(int status, string json)
    {
        _http.Response.StatusCode = status;
        _http.Response.ContentType = "application/json";
        return _http.Response.WriteAsync(json, Left);
    }

    private (int Code, string Text, string? Data)? Fault()
    {
        var header = _http.Request.Headers["MCP-Protocol-Version"].ToString();
        var meta = Params.Member("_meta") ?? default;
        var asked = Method is "initialize" ? Params.Text("protocolVersion") : meta.Text(ProtocolVersion);
        if (asked is null || (Method is not "initialize" && meta.Member(ClientCapabilities) is null))
            return (-32602, $"every request carries _meta with {ProtocolVersion} and {ClientCapabilities}", null);
        if (asked != Version)
            return (-32022, "Unsupported protocol version", $$"""{"supported":["{{Version}}"],"requested":{{Json.Of(asked)}}}""");
        return header != asked || _http.Request.Headers["Mcp-Method"] != Method
            ? (-32020, "MCP-Protocol-Version and Mcp-Method must be those of the body", null)
            : null;
    }
}
