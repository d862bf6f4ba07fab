using Akka.Hosting;
using Akka.Logger.Serilog;
using McpSseActors;
using McpSseActors.Dashboard;
using McpSseActors.Hosting;
using McpSseActors.Sample;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Serilog;

// A web service that reads event streams: it shows them in a dashboard, relays their events to browsers, and has metrics and health checks.
//
//   dotnet run --project src/McpSseActors.Cli -- serve --port 8080
//   dotnet run --project src/McpSseActors.Sample            the streams of appsettings.json and the environment
//   dotnet run --project src/McpSseActors.Sample -- URL     that stream instead

try
{
    var app = Build();
    Map(app);
    app.Run();
    return 0;
}
catch (McpSseConfigurationException faulty)
{
    Console.Error.WriteLine(faulty.Message);
    Console.Error.WriteLine("Pass the URL of a stream, set MCP_SSE__SERVER_URL and MCP_SSE__ENABLE=true, or add mcp_sse to appsettings.json.");
    return 2;
}

WebApplication Build()
{
    var builder = WebApplication.CreateBuilder(args);
    // Serilog writes the log of the service and, through its static logger, that of the streams; its levels are in appsettings.json.
    builder.Services.AddSerilog((_, log) => log.ReadFrom.Configuration(builder.Configuration).WriteTo.Console());
    builder.Services.AddSingleton<BrowserFeed>();
    builder.Services.AddMcpSseClient();
    builder.Services.AddHealthChecks();
    builder.Services.AddAkka("sample", (akka, _) => akka
        .ConfigureLoggers(loggers => loggers.AddLogger<SerilogLogger>())
        .WithMcpSse(mcp => AddStreams(mcp, builder.Configuration)
            .AddHandler<BrowserRelay>()
            .AddHandler<AlertHandler>("notification.error"))
        .WithMcpSseHealthCheck());

    // What is measured is read at /metrics; it goes to a collector as well, with traces, if OTEL_EXPORTER_OTLP_ENDPOINT names one.
    var telemetry = builder.Services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("mcp-sse-sample"))
        .WithMetrics(metrics => metrics.AddMeter(McpSseTelemetry.MeterName, BrowserFeed.MeterName).AddPrometheusExporter());
    if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
        telemetry.WithTracing(tracing => tracing.AddSource(McpSseTelemetry.ActivitySourceName)).UseOtlpExporter();

    return builder.Build();
}

McpSseBuilder AddStreams(McpSseBuilder mcp, IConfiguration configuration) => args is [var url, ..] && !url.StartsWith('-')
    ? mcp.AddStream(url)
    : mcp.FromConfiguration(configuration.GetSection("mcp_sse"));

static void Map(WebApplication app)
{
    app.MapGet("/", () => "/mcp-sse  /mcp-sse/api/v1/stats  /events  /healthz  /metrics\n");
    app.MapMcpSseDashboard();
    app.MapGet("/events", (BrowserFeed feed, CancellationToken gone) => TypedResults.ServerSentEvents(feed.SubscribeAsync(gone)));
    app.MapHealthChecks("/healthz", new HealthCheckOptions { ResponseWriter = (http, report) => http.Response.WriteAsJsonAsync(HealthLine.Of(report)) });
    app.MapPrometheusScrapingEndpoint("/metrics");
}
