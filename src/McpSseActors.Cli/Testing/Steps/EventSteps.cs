using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Wire;

namespace McpSseActors.Cli.Testing.Steps;

/// <summary>What the stream said while it was listened to.</summary>
/// <param name="options">The stream.</param>
/// <param name="heard">What it said.</param>
/// <param name="wanted">How many events had to come.</param>
/// <param name="end">Why it ended before the listener did; null when it did not.</param>
/// <param name="shown">Makes a stranger's ID or type fit to be shown.</param>
internal sealed class EventSteps(StreamOptions options, Heard heard, int wanted, string? end, Func<string, string> shown)
{
    /// <summary>A shorter silence says nothing.</summary>
    private static readonly TimeSpan LeastToJudge = TimeSpan.FromSeconds(5);

    private string Within => end is null ? $"within {Words.Seconds(heard.Elapsed)}" : $"before {end}";

    public DiagnosisStep FirstByte() => heard.FirstByte is { } first
        ? new DiagnosisStep(StepNames.FirstByte, Verdict.Pass, "after the headers", first)
        : new DiagnosisStep(StepNames.FirstByte, Verdict.Warn, $"none {Within}", null, "the server may have nothing to send; if it has, turn off buffering in the proxies on the way");

    public DiagnosisStep FirstEvent()
    {
        var oversized = heard.Oversized > 0 ? $"; {Words.Count(heard.Oversized, "event")} longer than max_event_size" : "";
        if (heard.Events < wanted)
        {
            var detail = wanted == 1 ? $"no event {Within}{oversized}" : $"{heard.Events} of {wanted} events {Within}{oversized}";
            var remedy = oversized.Length > 0 ? "set a larger max_event_size" : "make the server send one, or wait longer with --timeout";
            return new DiagnosisStep(StepNames.FirstEvent, Verdict.Fail, detail, heard.FirstEvent, remedy);
        }

        return heard.FirstEvent is { } first
            ? new DiagnosisStep(StepNames.FirstEvent, oversized.Length > 0 ? Verdict.Warn : Verdict.Pass, $"{shown(heard.FirstType)}, of {Words.Count(heard.Events, "event")} {Within}{oversized}", first, oversized.Length > 0 ? "set a larger max_event_size" : null)
            : new DiagnosisStep(StepNames.FirstEvent, Verdict.Skip, $"none {Within}: an MCP server only tells of changes");
    }

    public DiagnosisStep Heartbeat(bool wasListenedFor)
    {
        if (end is not null)
            return new DiagnosisStep(StepNames.Heartbeat, Verdict.Warn, $"{end} after {Words.Seconds(heard.Elapsed)}", null, "a stream stays open: see the server's log, and the time limits of proxies");
        if (heard.BeatInterval is { } interval)
            return Regular(interval);
        if (!wasListenedFor)
            return new DiagnosisStep(StepNames.Heartbeat, Verdict.Skip, "not listened for (--listen 0)");
        var silence = heard.Elapsed - heard.LastByte > heard.LongestSilence ? heard.Elapsed - heard.LastByte : heard.LongestSilence;
        var detail = $"{(heard.Beats == 0 ? "none" : "one")} {Within}; the longest silence was {Words.Seconds(silence)}";
        var remedy = options.Transport == StreamTransport.Events
            ? "listen longer with --listen; a server of MCP events has to send heartbeats, at least every 30 s"
            : $"listen longer with --listen; the server should send a comment every 15 s, for read_timeout ends a silence of {Words.Seconds(options.ReadTimeout)}";
        if (silence < heard.Elapsed * 0.5)
            return new DiagnosisStep(StepNames.Heartbeat, Verdict.Pass, detail, heard.Elapsed);
        return heard.Elapsed < LeastToJudge
            ? new DiagnosisStep(StepNames.Heartbeat, Verdict.Skip, detail, heard.Elapsed, "listen longer with --listen")
            : new DiagnosisStep(StepNames.Heartbeat, Verdict.Warn, detail, heard.Elapsed, remedy);
    }

    public DiagnosisStep Ids()
    {
        var ids = heard.Ids;
        if (heard.Events == 0)
            return new DiagnosisStep(StepNames.Ids, Verdict.Skip, "no events, no IDs");
        if (ids.Count == 0 && options.Transport == StreamTransport.Events)
            return new DiagnosisStep(StepNames.Ids, Verdict.Warn, "no event has a cursor", null,
                "the server doesn't keep events of this type; those missed during a disconnect are lost");
        if (ids.Count == 0 && options.Transport != StreamTransport.Sse)
            return new DiagnosisStep(StepNames.Ids, Verdict.Skip, "no event has one: MCP need not resume", null,
                "read_on_resync = true under [mcp_sse.mcp] reads again what may have been missed");
        if (ids.Count == 0)
            return new DiagnosisStep(StepNames.Ids, Verdict.Warn, "no event has one", null,
                "send an id: line with each event; without one, events missed during a disconnect are lost");
        if (ids.Fault is var (late, before))
            return new DiagnosisStep(StepNames.Ids, Verdict.Warn, late == before ? $"#{shown(late)} came twice in a row" : $"#{shown(late)} came after #{shown(before)}", null, "give each event a unique, rising ID; otherwise a resume repeats or skips events");
        var detail = $"#{shown(ids.First)} to #{shown(ids.Newest[^1])}{(ids.Count == 1 ? "" : ids.AreRising ? ", rising" : ", all different from the one before")}";
        return ids.Without > 0
            ? new DiagnosisStep(StepNames.Ids, Verdict.Warn, $"{detail}; {Words.Count(ids.Without, "event")} without", null, "after a disconnect, an event without an ID is repeated or lost")
            : new DiagnosisStep(StepNames.Ids, Verdict.Pass, detail);
    }

    public DiagnosisStep Retry()
    {
        if (heard.Retry is not { } retry)
            return new DiagnosisStep(StepNames.Retry, Verdict.Pass, $"none: initial_reconnect_delay applies, {Words.Seconds(options.InitialReconnectDelay)}");
        return retry > options.MaxReconnectDelay
            ? new DiagnosisStep(StepNames.Retry, Verdict.Warn, $"{Words.Seconds(retry)}, cut down to max_reconnect_delay", null, $"raise max_reconnect_delay from {Words.Seconds(options.MaxReconnectDelay)} if the server means it")
            : new DiagnosisStep(StepNames.Retry, Verdict.Pass, $"{Words.Seconds(retry)}, the least delay before a reconnect");
    }

    private DiagnosisStep Regular(TimeSpan interval)
    {
        var detail = $"every {Words.Seconds(interval)} ({heard.Beats} heard)";
        return interval > options.ReadTimeout
            ? new DiagnosisStep(StepNames.Heartbeat, Verdict.Fail, detail, heard.Elapsed, $"raise read_timeout above it: {Words.Seconds(options.ReadTimeout)} of silence end the connection")
            : new DiagnosisStep(StepNames.Heartbeat, Verdict.Pass, detail, heard.Elapsed);
    }
}
