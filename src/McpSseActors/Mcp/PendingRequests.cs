using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using McpSseActors.Configuration;

namespace McpSseActors.Mcp;

/// <summary>The server answered a request with an error (JSON-RPC 2.0, 5.1).</summary>
/// <param name="code">What kind of error.</param>
/// <param name="message">In the server's words.</param>
/// <param name="data">More of it; undefined where there is none.</param>
internal sealed class RpcException(int code, string message, JsonElement data) : Exception($"error {code}: {message}")
{
    public int Code => code;

    public JsonElement Details => data;

    /// <summary>What the server says, without secrets: it may repeat what it was sent.</summary>
    public static RpcException From(ReadOnlySpan<byte> error, Scrubber scrubber)
    {
        var parsed = JsonElement.Parse(error);
        var isObject = parsed.ValueKind is JsonValueKind.Object;
        var code = isObject && parsed.TryGetProperty("code", out var given) && given.TryGetInt32(out var number) ? number : 0;
        var message = isObject && parsed.TryGetProperty("message", out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "no message";
        return new RpcException(code, scrubber.Clean(message), isObject && parsed.TryGetProperty("data", out var data) ? data : default);
    }
}

/// <summary>The server did not answer a request in time.</summary>
/// <param name="method">What was asked for.</param>
/// <param name="limit">How long was waited.</param>
internal sealed class RpcTimeoutException(string method, TimeSpan limit)
    : Exception($"the server did not answer {method} within the connection_timeout of {limit.TotalSeconds:0.###} s");

/// <summary>The requests of one attempt that are not answered yet. Answers may come by any stream; what nobody waits for is ignored.</summary>
internal sealed class PendingRequests
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Waits for an answer. Disposing the source of the token ends it.</summary>
    public Task<JsonElement> Add(long id)
    {
        var source = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[Key(id)] = source;
        return source.Task;
    }

    public void Remove(long id) => _waiting.TryRemove(Key(id), out _);

    /// <summary>The server did what was asked for.</summary>
    public void Answer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        if (_waiting.TryRemove(Encoding.UTF8.GetString(id), out var source))
            source.TrySetResult(JsonElement.Parse(result));
    }

    /// <summary>The server refused.</summary>
    public void Refuse(ReadOnlySpan<byte> id, RpcException error)
    {
        if (_waiting.TryRemove(Encoding.UTF8.GetString(id), out var source))
            source.TrySetException(error);
    }

    private static string Key(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
