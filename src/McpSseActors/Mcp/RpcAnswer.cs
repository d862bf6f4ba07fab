using System.Globalization;
using System.Text;
using System.Text.Json;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Mcp;

/// <summary>
/// The JSON-RPC answer in a short body, whatever its HTTP status: JSON, or an event stream, which is read until the
/// answer arrives.
/// </summary>
internal sealed class RpcAnswer(SecretRedactor redactor) : IJsonRpcSink, ISseSink
{
    private const int ChunkSize = 4096;

    /// <summary>Gets the result; null without one.</summary>
    public JsonElement? Result { get; private set; }

    /// <summary>Gets the error; null without one.</summary>
    public RpcException? Error { get; private set; }

    /// <summary>Gets the ID of the request, as JSON; empty without one.</summary>
    public string Id { get; private set; } = "";

    private bool IsOver { get; set; }

    /// <summary>Reads the answer. Anything else leaves the result, the error and the ID empty.</summary>
    /// <param name="response">The response.</param>
    /// <param name="limit">The largest number of bytes to read.</param>
    /// <param name="redactor">Hides secrets in the text of an error.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    public static async Task<RpcAnswer> ReadAsync(HttpResponseMessage response, int limit, SecretRedactor redactor, CancellationToken cancellation)
    {
        var answer = new RpcAnswer(redactor);
        // The status of an error counts, whatever its body is.
        if (!response.IsSuccessStatusCode && !AnswerHead.CanDecode(response, out _))
            return answer;
        if (AnswerHead.IsEventStream(response))
            await answer.ReadEventsAsync(response, limit, cancellation).ConfigureAwait(false);
        else
            JsonRpc.Read(await McpHttp.ReadAsync(response, limit, cancellation).ConfigureAwait(false), answer);
        return answer;
    }

    /// <summary>Whether it answers this request.</summary>
    public bool Answers(long id) => Id == id.ToString(CultureInfo.InvariantCulture);

    public void OnEvent(in SseEvent received)
    {
        if (!received.Data.IsEmpty)
            JsonRpc.Read(received.Data, this);
    }

    public void OnComment(ReadOnlySpan<byte> comment)
    {
    }

    public void OnOversized() => IsOver = true;

    public void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        IsOver = true;
        Id = Encoding.UTF8.GetString(id);
        if (error.IsEmpty)
            Result = JsonElement.Parse(result);
        else
            Error = RpcException.From(error, redactor);
    }

    public void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
    }

    public void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id)
    {
    }

    public void OnMalformed() => IsOver = true;

    // Such a stream may never end, above all on a server that does not support MCP.
    private async Task ReadEventsAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        var cursor = new StreamCursor();
        var sink = this;
        var body = await EventBody.OpenAsync(response, limit, cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            while (!IsOver && await body.ReadAsync(ChunkSize, cancellation).ConfigureAwait(false) is { IsEnd: false } chunk)
            {
                chunk.Read(cursor, ref sink);
                chunk.Return();
            }
        }
    }
}
