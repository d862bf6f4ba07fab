using McpSseActors.Cli.Testing.Wire;

namespace McpSseActors.Cli.Testing.Steps;

/// <summary>
/// Whether a server resumes. The client comes back with the last ID but one, as if it had missed one event: then that one has to come next.
/// </summary>
/// <param name="ids">The IDs of the first connection.</param>
/// <param name="shown">Makes a stranger's ID fit to be shown.</param>
internal sealed class ResumeStep(IdSequence ids, Func<string, string> shown)
{
    private readonly IReadOnlyList<string> _known = ids.Newest;

    /// <summary>Why there is nothing to try; null when there is.</summary>
    public DiagnosisStep? Impossible => ids switch
    {
        { Count: 0 } => new DiagnosisStep(StepNames.Resume, Verdict.Skip, "not tried: no IDs to resume after"),
        { Fault: not null } => new DiagnosisStep(StepNames.Resume, Verdict.Skip, "not tried: the IDs do not tell events apart"),
        _ => null,
    };

    /// <summary>What to send as <c>Last-Event-ID</c>.</summary>
    public string After => _known.Count > 1 ? _known[^2] : _known[^1];

    /// <summary>The ID that has to come next; null when it is not known.</summary>
    private string? Next => _known.Count > 1 ? _known[^1] : null;

    /// <summary>Judges by the first ID behind the resume.</summary>
    public DiagnosisStep Judge(Heard heard)
    {
        if (heard.Ids.Count == 0)
            return Next is null ? Unknown() : Ignored($"nothing came within {Words.Seconds(heard.Elapsed)}, though #{shown(Next)} was missed", heard);
        var first = heard.Ids.First;
        if (first == Next)
            return new DiagnosisStep(StepNames.Resume, Verdict.Pass, $"replayed: after #{shown(After)} came #{shown(Next)}", heard.FirstEvent);
        if (_known.Contains(first))
            return new DiagnosisStep(StepNames.Resume, Verdict.Warn, $"from the beginning: after #{shown(After)} came #{shown(first)} again", heard.FirstEvent, "have the server begin behind Last-Event-ID; the client leaves out what it still knows");
        return Next is null
            ? new DiagnosisStep(StepNames.Resume, Verdict.Pass, $"goes on: after #{shown(After)} came #{shown(first)}", heard.FirstEvent)
            : Ignored($"after #{shown(After)} came #{shown(first)}, and not #{shown(Next)}", heard);
    }

    /// <summary>Whether more would change nothing.</summary>
    public static bool IsDecided(Heard heard) => heard.Ids.Count > 0;

    private static DiagnosisStep Ignored(string seen, Heard heard) =>
        new(StepNames.Resume, Verdict.Warn, $"ignored: {seen}", heard.FirstEvent, "have the server keep events for a while and replay those behind Last-Event-ID; or what is missed in a loss is gone");

    private static DiagnosisStep Unknown() =>
        new(StepNames.Resume, Verdict.Skip, "accepted, but with one event alone there is nothing to replay", null, "listen longer with --listen, or make the server send more");
}
