using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpSseActors.Mcp;

/// <summary>The JSON-RPC answer in a short body, whatever HTTP says of it: JSON, or an event stream that ends after one event.</summary>
internal sealed class RpcAnswer : IJsonRpcSink
{
    /// <summary>What was asked for; null where that did not come.</summary>
    public JsonElement? Result { get; private set; }

    /// <summary>The error; null where there is none.</summary>
    public RpcException? Error { get; private set; }

    /// <summary>The ID of the request, as JSON; empty where there is none.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Reads it. Whatever is no answer leaves everything empty.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="limit">The most bytes to read.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<RpcAnswer> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        var answer = new RpcAnswer();
        var text = Encoding.UTF8.GetString(await McpHttp.ReadAsync(response, limit, cancellation).ConfigureAwait(false));
        var json = text.Split('\n').FirstOrDefault(line => line.StartsWith("data:", StringComparison.Ordinal))?["data:".Length..] ?? text;
        if (json.TrimStart().StartsWith('{'))
            JsonRpc.Read(Encoding.UTF8.GetBytes(json), answer);
        return answer;
    }

    /// <summary>Whether it answers this request, and no other.</summary>
    public bool Answers(long id) => Id == id.ToString(CultureInfo.InvariantCulture);

    public void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        Id = Encoding.UTF8.GetString(id);
        if (error.IsEmpty)
            Result = JsonElement.Parse(result);
        else
            Error = RpcException.From(error);
    }

    public void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
    }

    public void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id)
    {
    }

    public void OnMalformed()
    {
    }
}
