using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpSseActors.Cli.Output;
using McpSseActors.Configuration;

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

    /// <summary>The report of a diagnosis.</summary>
    public static string Of(RunSummary summary, IEnumerable<StreamDiagnosis> streams, DateTimeOffset now) => JsonSerializer.Serialize(
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
            Streams = streams.Select(Of),
        },
        Json) + "\n";

    private static object Of(StreamDiagnosis stream) => new
    {
        stream.Options.Name,
        Url = Redact.Url(stream.Options.ServerUrl),
        Settings = ConfigurationKeys.All.ToDictionary(key => key.Name, key => stream.Scrubber.Clean(key.Show(stream.Options))),
        Steps = stream.Done.Select(step => new { step.Name, step.Verdict, Elapsed = Seconds(step.Elapsed), step.Detail, step.Mend }),
        Exchanges = stream.Exchanges.Select(exchange => new
        {
            exchange.Method,
            Url = stream.Scrubber.Clean(exchange.Url),
            exchange.Status,
            exchange.Version,
            Elapsed = Seconds(exchange.Time),
            Headers = exchange.Headers.ToDictionary(header => header.Key, header => stream.Scrubber.Clean(header.Value)),
        }),
    };

    private static double? Seconds(TimeSpan? span) => span is { } known ? Math.Round(known.TotalSeconds, 4) : null;

    private static string Version(Type of) =>
        of.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of an unknown version";
}
