// <docs:observability>
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
// </docs:observability>

namespace Examples;

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
}
