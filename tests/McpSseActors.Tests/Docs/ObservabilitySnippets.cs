// <docs:observability>
using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
// </docs:observability>
using Microsoft.AspNetCore.Builder;

namespace McpSseActors.Tests.Docs;

/// <summary>The host of the page on observability.</summary>
internal static class ObservabilitySnippets
{
    public static IHost Build(string[] args, string url)
    {
        // <docs:observability>
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(McpSseTelemetry.MeterName))
            .WithTracing(tracing => tracing.AddSource(McpSseTelemetry.ActivitySourceName))
            .UseOtlpExporter();
        builder.Services.AddHealthChecks();
        builder.Services.AddAkka("app", (akka, sp) => akka
            .WithMcpSse(mcp => mcp.AddStream(url))
            .WithMcpSseHealthCheck());
        // </docs:observability>
        return builder.Build();
    }

    public static void MapStreams(WebApplication app)
    {
        // <docs:attach>
        app.MapGet("/stats", (IMcpSseClient streams, CancellationToken gone) => streams.GetAllStatsAsync(gone));
        app.MapGet("/recent", async (IMcpSseClient streams, string stream, CancellationToken gone, int count = 20, string type = "*") =>
            (await streams.GetEventsByTypeAsync(type, count, stream, gone))
                .Select(e => new { e.Stream, Type = e.EventType, Id = e.EventId, e.Timestamp, e.Data }));
        // </docs:attach>
    }
}
