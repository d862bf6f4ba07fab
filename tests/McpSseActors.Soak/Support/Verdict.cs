using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Soak.Support;

/// <summary>One thing that had to hold.</summary>
/// <param name="What">What had to hold.</param>
/// <param name="Holds">Whether it did; null where too little was seen to say.</param>
/// <param name="Detail">The figures.</param>
internal sealed record Check(string What, bool? Holds, string Detail);

/// <summary>All that had to hold.</summary>
internal sealed record Verdict(IReadOnlyList<Check> Checks)
{
    public bool Holds => Checks.All(check => check.Holds != false);

    public Sheet ToSheet() => new(
        Holds ? "Verdict: everything held" : "Verdict: NOT everything held",
        ["", "what", "figures"],
        [.. Checks.Select(check => new[] { check.Holds switch { true => "ok", false => "FAILED", null => "not judged" }, check.What, check.Detail })]);
}
