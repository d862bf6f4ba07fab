using System.Net;
using System.Net.Http.Headers;

namespace McpSseActors.Connections;

/// <summary>Checks whether a response is an event stream that can be read.</summary>
internal static class AnswerHead
{
    /// <summary>Gets the reason why it is not; null if it is.</summary>
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
            return new AttemptOutcome.NotSupported($"the server compresses with {unknown}, which is not supported; configure it to send gzip, br, deflate or plain text");
        return codings.Count > ContentCoding.MaxLayers
            ? new AttemptOutcome.NotSupported($"the server compresses {codings.Count} times; configure it to compress once")
            : null;
    }

    /// <summary>Gets the outcome that a status other than success means.</summary>
    public static AttemptOutcome Reject(HttpResponseMessage response) =>
        new AttemptOutcome.Rejected((int)response.StatusCode, RetryAfter(response.Headers.RetryAfter));

    /// <summary>Gets the content codings of the body, in the order in which they were applied.</summary>
    public static IReadOnlyList<string> Codings(HttpResponseMessage response) => ContentCoding.Parse(Header(response, "Content-Encoding"));

    private static string Header(HttpResponseMessage response, string name) =>
        response.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";

    /// <summary>Whether the body of the response is an event stream, whatever its status.</summary>
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
