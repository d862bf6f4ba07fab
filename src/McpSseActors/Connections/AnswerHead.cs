using System.Net;
using System.Net.Http.Headers;

namespace McpSseActors.Connections;

/// <summary>Says whether an answer is an event stream that can be read.</summary>
internal static class AnswerHead
{
    /// <summary>Why the answer is none; null when it is one.</summary>
    public static AttemptOutcome? Refuse(HttpResponseMessage response)
    {
        if (response.StatusCode is not HttpStatusCode.OK)
            return Reject(response);

        var contentType = Header(response, "Content-Type");
        if (!IsEventStream(response))
        {
            var shown = contentType.Length == 0 ? "no content type" : $"content type {contentType}";
            return new AttemptOutcome.NotSupported($"the server answered 200 with {shown} instead of text/event-stream; check server_url");
        }

        var codings = Codings(response);
        if (codings.FirstOrDefault(coding => !ContentCoding.IsKnown(coding)) is { } unknown)
            return new AttemptOutcome.NotSupported($"the server compresses with {unknown}, which is not known here; let it send gzip, br, deflate or plain text");
        return codings.Count > ContentCoding.MaxLayers
            ? new AttemptOutcome.NotSupported($"the server compresses {codings.Count} times over; let it do so once")
            : null;
    }

    /// <summary>What a status means that is no success.</summary>
    public static AttemptOutcome Reject(HttpResponseMessage response) =>
        new AttemptOutcome.Rejected((int)response.StatusCode, RetryAfter(response.Headers.RetryAfter));

    /// <summary>What the body was encoded with, in this order.</summary>
    public static IReadOnlyList<string> Codings(HttpResponseMessage response) => ContentCoding.Parse(Header(response, "Content-Encoding"));

    private static string Header(HttpResponseMessage response, string name) =>
        response.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";

    /// <summary>Whether the answer's body is an event stream, whatever its status.</summary>
    public static bool IsEventStream(HttpResponseMessage response)
    {
        var essence = Header(response, "Content-Type").AsSpan();
        var end = essence.IndexOf(';');
        essence = end < 0 ? essence : essence[..end];
        return essence.Trim().Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date - TimeProvider.System.GetUtcNow());
}
