using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpSseActors.Sample;

/// <summary>A health report as <c>/healthz</c> shows it: the worst state, and what each check says.</summary>
public sealed record HealthLine(string Status, IReadOnlyDictionary<string, string?> Checks)
{
    public static HealthLine Of(HealthReport report) => new($"{report.Status}", report.Entries.ToDictionary(e => e.Key, e => e.Value.Description));
}
