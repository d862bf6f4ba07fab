using System.Diagnostics.CodeAnalysis;
using System.Net;

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

        return CanDecode(response, out var reason) ? null : new AttemptOutcome.NotSupported(reason);
    }

    /// <summary>Gets the outcome that a status other than success means.</summary>
    public static AttemptOutcome Reject(HttpResponseMessage response) =>
        new AttemptOutcome.Rejected((int)response.StatusCode, RetryAfter.Read(response));

    /// <summary>Gets the content codings of the body, in the order in which they were applied.</summary>
    public static IReadOnlyList<string> Codings(HttpResponseMessage response) => ContentCoding.Parse(Header(response, "Content-Encoding"));

    /// <summary>Gets the values of Content-Encoding that are not codings, and are ignored.</summary>
    public static IEnumerable<string> IgnoredCodings(HttpResponseMessage response) => ContentCoding.Ignored(Header(response, "Content-Encoding"));

    /// <summary>Whether the body can be decoded.</summary>
    public static bool CanDecode(HttpResponseMessage response, [NotNullWhen(false)] out string? reason) =>
        (reason = ContentCoding.Refuse(Codings(response))) is null;

    private static string Header(HttpResponseMessage response, string name) =>
        response.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";

    /// <summary>Whether the body of the response is JSON, as its content type says.</summary>
    public static bool IsJson(HttpResponseMessage response) => MediaType.Extract(Header(response, "Content-Type")) is { } type
        && (type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal));

    /// <summary>Whether the body of the response is an event stream, regardless of its status.</summary>
    public static bool IsEventStream(HttpResponseMessage response) => MediaType.Extract(Header(response, "Content-Type")) == "text/event-stream";
}
