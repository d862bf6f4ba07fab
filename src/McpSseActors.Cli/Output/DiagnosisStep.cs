namespace McpSseActors.Cli.Output;

/// <summary>What came out of a step.</summary>
internal enum Verdict
{
    /// <summary>It is as it should be.</summary>
    Pass,

    /// <summary>It works, and could be better.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,

    /// <summary>Nothing can be said.</summary>
    Skip,
}

/// <summary>One thing that was looked at on the way from a URL to its events.</summary>
/// <param name="Name">What it is: <c>DNS</c>, <c>first event</c>.</param>
/// <param name="Verdict">What came out.</param>
/// <param name="Detail">What was seen, in one line.</param>
/// <param name="Elapsed">How long it took; null where there was nothing to wait for.</param>
/// <param name="Remedy">What to do; null where nothing is.</param>
internal sealed record DiagnosisStep(string Name, Verdict Verdict, string Detail, TimeSpan? Elapsed = null, string? Remedy = null)
{
    /// <summary>A failure told in the client's own words, which name the remedy behind their last semicolon.</summary>
    public static DiagnosisStep Failed(string name, string reason, TimeSpan? elapsed = null, string? remedy = null)
    {
        var end = reason.LastIndexOf("; ", StringComparison.Ordinal);
        return end < 0
            ? new DiagnosisStep(name, Verdict.Fail, reason, elapsed, remedy)
            : new DiagnosisStep(name, Verdict.Fail, reason[..end], elapsed, reason[(end + 2)..]);
    }

    /// <summary>The same without secrets.</summary>
    public DiagnosisStep Redacted(Func<string, string> redact) => this with { Detail = redact(Detail), Remedy = Remedy is { } remedy ? redact(remedy) : null };
}
