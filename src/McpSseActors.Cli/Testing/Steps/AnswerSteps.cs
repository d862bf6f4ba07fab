using McpSseActors.Cli.Output;
using McpSseActors.Diagnostics;

namespace McpSseActors.Cli.Testing.Steps;

/// <summary>The server's answer: status, headers, content type, and the transport that it speaks.</summary>
internal static class AnswerSteps
{
    public static DiagnosisStep? Http(Opening opening)
    {
        if (opening.Tap.Answer is not { } answer)
        {
            return opening.Outcome is null
                ? new DiagnosisStep(StepNames.Http, Verdict.Fail, $"connected, but no answer within {Words.Seconds(opening.Time)}", null, "a server has to send the headers of a stream at once: does a proxy hold them back?")
                : DiagnosisStep.Failed(StepNames.Http, opening.Reason);
        }

        // What an MCP server says on the way to its stream is its transport's matter.
        if (opening.Outcome is DiagnosisPort.Outcome.Rejected && opening.Result!.Status == answer.Status)
            return Failed(StepNames.Http, opening, opening.Reason, answer.Time,
                "that is the server's own trouble, and the client would try again: see the server's log");
        if (opening.Outcome is DiagnosisPort.Outcome.NotSupported && answer.Status is not 200 && !IsMcp(opening))
            return DiagnosisStep.Failed(StepNames.Http, opening.Reason, answer.Time);
        var others = opening.Tap.Exchanges.Count - 1;
        var behind = others > 0 ? $", behind {Words.Count(others, "other request")}" : "";
        return new DiagnosisStep(StepNames.Http, Verdict.Pass, $"{answer.Status} {answer.Reason} by HTTP/{answer.Version} to {answer.Method}{behind}", answer.Time);
    }

    public static DiagnosisStep? Headers(Opening opening)
    {
        var headers = opening.Tap.Answer!.Headers;
        var shown = string.Join("; ", headers.Where(header => header.Key != "content-type").Select(header => $"{header.Key}: {header.Value}"));
        var detail = shown.Length > 0 ? shown : "none that matters to a stream";
        if (!IsMcp(opening) && opening.Outcome is DiagnosisPort.Outcome.NotSupported && opening.Tap.Answer is { Status: 200, IsEventStream: true })
            return DiagnosisStep.Failed(StepNames.Headers, opening.Reason);
        return Advice(headers) is { } advice
            ? new DiagnosisStep(StepNames.Headers, Verdict.Warn, detail, null, advice)
            : new DiagnosisStep(StepNames.Headers, Verdict.Pass, detail);
    }

    public static DiagnosisStep? ContentType(Opening opening)
    {
        var answer = opening.Tap.Answer!;
        var type = answer.Headers.GetValueOrDefault("content-type", "none");
        if (answer.IsEventStream)
            return new DiagnosisStep(StepNames.ContentType, Verdict.Pass, type);
        return IsMcp(opening)
            ? new DiagnosisStep(StepNames.ContentType, Verdict.Skip, $"{type}, and no event stream so far")
            : Failed(StepNames.ContentType, opening, $"{type} instead of text/event-stream; check server_url: this is a page, or another endpoint");
    }

    /// <summary>Says what is spoken.</summary>
    /// <param name="opening">The stream.</param>
    /// <param name="mcp">What an MCP server said of itself.</param>
    public static DiagnosisStep? Transport(Opening opening, McpStatus mcp)
    {
        if (opening.IsOpen)
        {
            return IsMcp(opening)
                ? new DiagnosisStep(StepNames.Transport, Verdict.Pass, $"MCP {mcp.ProtocolVersion} by {mcp.Transport}, with {(mcp.Server.Length > 0 ? mcp.Server : "a server without a name")}: {mcp.TransportReason}", opening.Time)
                : new DiagnosisStep(StepNames.Transport, Verdict.Pass, "plain SSE");
        }

        if (opening.HasEvents)
            return new DiagnosisStep(StepNames.Transport, Verdict.Pass, "MCP 2026-07-28, and the server declares MCP events", opening.Time);
        return opening.Outcome is null
            ? new DiagnosisStep(StepNames.Transport, Verdict.Fail, $"no stream within {Words.Seconds(opening.Time)}", null, "see the server's log; set another transport if it is no MCP server")
            : DiagnosisStep.Failed(StepNames.Transport, opening.Reason, opening.Time);
    }

    private static DiagnosisStep Failed(string name, Opening opening, string reason, TimeSpan? elapsed = null, string? remedy = null)
    {
        var failed = DiagnosisStep.Failed(name, reason, elapsed, remedy);
        return opening.IsNoMcp ? failed with { Detail = $"{failed.Detail}; nor is it an MCP server" } : failed;
    }

    private static bool IsMcp(Opening opening) => opening.Options.Transport != StreamTransport.Sse;

    private static string? Advice(IReadOnlyDictionary<string, string> headers)
    {
        if (headers.ContainsKey("content-encoding"))
            return "have the stream sent uncompressed: a compressor may hold events back";
        if (headers.ContainsKey("content-length"))
            return "a stream has no content-length: the server, or something on the way, ends it there";
        if (headers.GetValueOrDefault("x-accel-buffering") is { } buffering && !buffering.Equals("no", StringComparison.OrdinalIgnoreCase))
            return "send X-Accel-Buffering: no, or nginx holds events back";
        var control = headers.GetValueOrDefault("cache-control", "");
        var isCacheable = !control.Contains("no-cache", StringComparison.OrdinalIgnoreCase)
            && !control.Contains("no-store", StringComparison.OrdinalIgnoreCase);
        return isCacheable && (headers.ContainsKey("via") || headers.ContainsKey("age") || headers.ContainsKey("x-cache"))
            ? "send Cache-Control: no-store, or what is on the way may keep events"
            : null;
    }
}
