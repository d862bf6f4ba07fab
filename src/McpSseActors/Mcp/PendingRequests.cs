using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ModelContextProtocol;

namespace McpSseActors.Mcp;

/// <summary>The server answered a request with an error (JSON-RPC 2.0, 5.1).</summary>
/// <param name="code">The error code.</param>
/// <param name="message">The message of the server.</param>
/// <param name="data">Its data; undefined if there is none.</param>
internal sealed class RpcException(McpErrorCode code, string message, JsonElement data) : Exception(code is 0 ? $"error: {message}" : $"error {(int)code}: {message}")
{
    public McpErrorCode Code => code;

    public JsonElement Details => data;

    /// <summary>Creates the exception without secrets, which the server may have repeated.</summary>
    /// <remarks>Read leniently: some servers send a code that is not a number, or only a text.</remarks>
    public static RpcException From(ReadOnlySpan<byte> error, SecretRedactor redactor)
    {
        var parsed = JsonRpc.Parse(error);
        var isObject = parsed.ValueKind is JsonValueKind.Object;
        var code = isObject && parsed.TryGetProperty("code", out var given) && given.ValueKind is JsonValueKind.Number && given.TryGetDouble(out var number) && Math.Abs(number) <= int.MaxValue ? (int)number : 0;
        var message = isObject ? McpProtocol.Text(parsed, "message") : McpProtocol.Text(parsed);
        return new RpcException((McpErrorCode)code, redactor.Redact(message.Length > 0 ? message : "no message"),
            isObject && parsed.TryGetProperty("data", out var data) ? data : default);
    }
}

/// <summary>The server did not answer a request in time.</summary>
/// <param name="method">The method.</param>
/// <param name="limit">The time limit.</param>
internal sealed class RpcTimeoutException(string method, TimeSpan limit)
    : Exception($"the server did not answer {method} within the connection_timeout of {limit.TotalSeconds:0.###} s");

/// <summary>
/// The unanswered requests of one attempt. Answers may arrive on any stream; unexpected ones are ignored.
/// </summary>
internal sealed class PendingRequests
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _waiting = new();

    /// <summary>
    /// Gets the last error with the ID null: a server that cannot tell the ID of a request refuses it so (JSON-RPC 2.0, 5). It explains why an answer
    /// is missing.
    /// </summary>
    public RpcException? Unassigned { get; private set; }

    /// <summary>Adds a request, and returns a task that completes with its answer.</summary>
    public Task<JsonElement> Add(long id)
    {
        var source = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_waiting.IsEmpty)
            Unassigned = null;
        _waiting[id] = source;
        return source.Task;
    }

    public void Remove(long id) => _waiting.TryRemove(id, out _);

    /// <summary>Completes a request with its result.</summary>
    public void Answer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        if (TryTake(id, out var source))
            source.TrySetResult(JsonRpc.Parse(result));
    }

    /// <summary>Completes a request with an error.</summary>
    public void Refuse(ReadOnlySpan<byte> id, RpcException error)
    {
        if (TryTake(id, out var source))
            source.TrySetException(error);
        else if (id.SequenceEqual("null"u8))
            Unassigned = error;
    }

    private bool TryTake(ReadOnlySpan<byte> id, [MaybeNullWhen(false)] out TaskCompletionSource<JsonElement> source)
    {
        source = null;
        return JsonRpc.TryReadId(id, out var number) && _waiting.TryRemove(number, out source);
    }
}
