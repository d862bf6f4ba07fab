using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Wire;

namespace McpSseActors.Cli.Testing.Steps;

/// <summary>
/// Whether a server resumes. The client comes back with the last ID but one, as if it had missed one event: then that one has to come next.
/// </summary>
/// <param name="ids">The IDs of the first connection.</param>
/// <param name="position">What the client sends, in words.</param>
/// <param name="shown">Makes a stranger's ID fit to be shown.</param>
internal sealed class ResumeStep(IdSequence ids, string position, Func<string, string> shown)
{
    private readonly IReadOnlyList<string> _known = ids.Newest;

    /// <summary>Why there is nothing to try; null when there is.</summary>
    public DiagnosisStep? Impossible => ids switch
    {
        { Count: 0 } => new DiagnosisStep(StepNames.Resume, Verdict.Skip, "not tried: no IDs to resume after"),
        { Fault: not null } => new DiagnosisStep(StepNames.Resume, Verdict.Skip, "not tried: the IDs do not tell events apart"),
        _ => null,
    };

    /// <summary>What the client sends, in words.</summary>
    public string Position => position;

    /// <summary>The ID or cursor to send.</summary>
    public string After => _known.Count > 1 ? _known[^2] : _known[^1];

    /// <summary>The ID that has to come next; null when it is not known.</summary>
    private string? Next => _known.Count > 1 ? _known[^1] : null;

    /// <summary>Judges by the first ID after the resume.</summary>
    /// <param name="heard">What came.</param>
    /// <param name="opening">How long it took until something could.</param>
    public DiagnosisStep Judge(Heard heard, TimeSpan opening)
    {
        var elapsed = opening + heard.FirstEvent;
        if (heard.Ids.Count == 0)
            return Next is null ? Unknown() : Ignored($"nothing came within {Words.Seconds(heard.Elapsed)}, though #{shown(Next)} was missed", elapsed);
        var first = heard.Ids.First;
        if (first == Next)
            return new DiagnosisStep(StepNames.Resume, Verdict.Pass, $"replayed: after #{shown(After)} came #{shown(Next)}", elapsed);
        if (_known.Contains(first))
            return new DiagnosisStep(StepNames.Resume, Verdict.Warn, $"from the beginning: after #{shown(After)} came #{shown(first)} again", elapsed, $"let the server start after {position}; the client skips events that it still knows");
        return Next is null
            ? new DiagnosisStep(StepNames.Resume, Verdict.Pass, $"goes on: after #{shown(After)} came #{shown(first)}", elapsed)
            : Ignored($"after #{shown(After)} came #{shown(first)}, and not #{shown(Next)}", elapsed);
    }

    private DiagnosisStep Ignored(string seen, TimeSpan? elapsed) =>
        new(StepNames.Resume, Verdict.Warn, $"ignored: {seen}", elapsed, $"let the server keep events for a while and replay those after {position}; otherwise events missed during a disconnect are lost");

    private static DiagnosisStep Unknown() =>
        new(StepNames.Resume, Verdict.Skip, "accepted, but with one event alone there is nothing to replay",
            null, "listen longer with --listen, or make the server send more");
}
