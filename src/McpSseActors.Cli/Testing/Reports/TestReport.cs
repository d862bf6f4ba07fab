using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Testing.Reports;

/// <summary>A test as a support ticket wants it: versions, settings without secrets, and each step.</summary>
internal static class TestReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
    };

    /// <summary>Writes the report.</summary>
    /// <param name="path">Where to, as <see cref="ReportFile.Prepare"/> gave it.</param>
    /// <param name="summary">How the test ended.</param>
    /// <param name="streams">The streams that were tested.</param>
    /// <param name="checks">What else was checked.</param>
    /// <param name="now">The time.</param>
    public static void Write(string path, RunSummary summary, IReadOnlyList<ReportedStream> streams, IEnumerable<TestCheck> checks, DateTimeOffset now)
    {
        var redactors = streams.Select(stream => new SecretRedactor(stream.Options)).ToList();
        ReportFile.Write(path, Lines.Json(JsonSerializer.Serialize(
            new
            {
                summary.Command,
                Time = now,
                Tool = $"mcp-sse {Version(typeof(TestReport))}",
                Library = $"McpSseActors {Version(typeof(StreamOptions))}",
                Dotnet = RuntimeInformation.FrameworkDescription,
                Os = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
                summary.Passed,
                summary.Verdict,
                Facts = summary.Facts.Where(fact => fact.Value is not null)
                    .ToDictionary(fact => fact.Name, fact => fact.Value is TimeSpan span ? Seconds(span) : fact.Value),
                Checks = checks.Select(check => check with { Detail = redactors.Aggregate(check.Detail, (detail, redactor) => redactor.Redact(detail)) }),
                Streams = streams.Zip(redactors, Of),
            },
            Json)) + "\n");
    }

    private static object Of(ReportedStream stream, SecretRedactor redactor) => new
    {
        stream.Options.Name,
        Url = SecretRedactor.RedactUrl(stream.Options.ServerUrl),
        Settings = stream.Options.GetSettings().ToDictionary(setting => setting.Key, setting => redactor.Redact(setting.RedactedValue)),
        Steps = stream.Steps.Select(step => new { step.Name, step.Verdict, Elapsed = Seconds(step.Elapsed), step.Detail, step.Remedy }),
        Exchanges = stream.Exchanges.Select(exchange => new
        {
            exchange.Method,
            Url = redactor.Redact(exchange.Url),
            exchange.Status,
            exchange.Version,
            Elapsed = Seconds(exchange.Time),
            Headers = exchange.Headers.ToDictionary(header => header.Key, header => redactor.Redact(header.Value)),
        }),
    };

    private static double? Seconds(TimeSpan? span) => span is { } known ? Math.Round(known.TotalSeconds, 4) : null;

    private static string Version(Type of) =>
        of.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of an unknown version";
}
