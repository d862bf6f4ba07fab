using System.Text;
using System.Text.Json;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Mcp;

/// <summary>
/// The JSON-RPC answer in a short body, regardless of its HTTP status: JSON, or an event stream, which is read until the
/// answer arrives.
/// </summary>
internal sealed class RpcAnswer(long request, SecretRedactor redactor) : IJsonRpcSink, ISseSink
{
    private const int ChunkSize = 4096;

    private readonly List<byte[]> _replies = [];

    /// <summary>Gets the result; null without one.</summary>
    public JsonElement? Result { get; private set; }

    /// <summary>Gets the error; null without one.</summary>
    public RpcException? Error { get; private set; }

    /// <summary>Gets whether it names the request that it answers.</summary>
    public bool IsAddressed { get; private set; }

    /// <summary>Gets whether it came with the notice that the types of events have changed.</summary>
    public bool HasNewTypes { get; private set; }

    /// <summary>Gets whether it is longer than <c>max_event_size</c>, and was not read.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Gets whether nothing more is awaited.</summary>
    private bool IsOver => IsAddressed || IsTooLong;

    /// <summary>Gets whether something else came.</summary>
    private bool IsForeign { get; set; }

    /// <summary>
    /// Reads the answer. Other messages may come before it. If nothing answers this request, the last answer to another
    /// request, or to none, counts; anything else leaves the result and the error empty.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <param name="request">The ID of the request.</param>
    /// <param name="options">
    /// The stream's options. Their <c>max_event_size</c> bounds the answer. A stream of something other than JSON-RPC
    /// is read for a quarter of <c>connection_timeout</c>.
    /// </param>
    /// <param name="redactor">Hides secrets in the text of an error.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <param name="reply">Sends the answer to a request of the server; null to send none.</param>
    public static async Task<RpcAnswer> ReadAsync(
        HttpResponseMessage response, long request, StreamOptions options, SecretRedactor redactor, CancellationToken cancellation, Func<byte[], Task>? reply = null)
    {
        var answer = new RpcAnswer(request, redactor);
        // The status of an error counts, regardless of its body.
        if (!response.IsSuccessStatusCode && !AnswerHead.CanDecode(response, out _))
            return answer;
        if (AnswerHead.IsEventStream(response))
            await answer.ReadEventsAsync(response, options, reply, cancellation).ConfigureAwait(false);
        else
            JsonRpc.Read(await McpHttp.ReadAsync(response, options, cancellation).ConfigureAwait(false), answer);
        return answer;
    }

    public void OnEvent(in SseEvent received)
    {
        if (!received.Data.IsEmpty)
            JsonRpc.Read(received.Data, this);
    }

    public void OnComment(ReadOnlySpan<byte> comment)
    {
    }

    public void OnOversized() => IsTooLong = true;

    public void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        if (IsOver)
            return;
        IsAddressed = JsonRpc.TryReadId(id, out var number) && number == request;
        IsForeign |= !IsAddressed;
        (Result, Error) = error.IsEmpty ? (JsonRpc.Parse(result), null) : ((JsonElement?)null, RpcException.From(error, redactor));
    }

    public void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters) =>
        HasNewTypes |= Ascii.Equals(method, EventsProtocol.ListChanged);

    public void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id)
    {
        if (_replies.Count < McpInbox.MostRequestsOfMessage)
            _replies.Add(JsonRpc.Reply(method, id));
    }

    public void OnMalformed() => IsForeign = true;

    // Such a stream may never end, above all on a server that does not support MCP.
    private async Task ReadEventsAsync(HttpResponseMessage response, StreamOptions options, Func<byte[], Task>? reply, CancellationToken cancellation)
    {
        var cursor = new StreamCursor();
        var sink = this;
        using var patience = new Patience(options.ConnectionTimeout / 4, cancellation);
        var body = await EventBody.OpenAsync(response, options.MaxEventSize, cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            try
            {
                while (!IsOver && await body.ReadAsync(ChunkSize, patience.Token).ConfigureAwait(false) is { IsEnd: false } chunk)
                {
                    chunk.Read(cursor, ref sink);
                    chunk.Return();
                    if (IsForeign)
                        patience.Begin();
                    foreach (var json in reply is null ? [] : _replies)
                        await reply!(json).ConfigureAwait(false);
                    _replies.Clear();
                }
            }
            catch (OperationCanceledException) when (patience.IsOver)
            {
                // Same as an end without the answer.
            }
        }
    }
}
