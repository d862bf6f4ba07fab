using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Wire;

namespace McpSseActors.Cli.Testing.Reports;

/// <summary>What a report tells of a stream.</summary>
/// <param name="Options">Its settings.</param>
/// <param name="Steps">The steps of its diagnosis, without secrets.</param>
/// <param name="Exchanges">The requests of its first connection.</param>
internal sealed record ReportedStream(StreamOptions Options, IReadOnlyList<DiagnosisStep> Steps, IReadOnlyList<SeenExchange> Exchanges);
