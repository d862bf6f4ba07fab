// <docs:serilog>
using Akka.Hosting;
using Akka.Logger.Serilog;
using McpSseActors.Hosting;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Events;
// </docs:serilog>

namespace Examples;

/// <summary>The hosts of the sections on logs.</summary>
internal static class LogSnippets
{
    public static IHost Build(string[] args, string url)
    {
        // <docs:serilog>
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Override("mcp.event_handler", LogEventLevel.Warning)
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} [{Level:u3}] {SourceContext}: {Message:lj}{NewLine}{Exception}")
            .CreateLogger();

        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSerilog();
        builder.Services.AddAkka("app", akka => akka
            .ConfigureLoggers(loggers => loggers.AddLogger<SerilogLogger>())
            .WithMcpSse(mcp => mcp.AddStream(url)));
        // </docs:serilog>
        return builder.Build();
    }

    public static void Add(AkkaConfigurationBuilder akka)
    {
        // <docs:serilog-logger>
        akka.ConfigureLoggers(loggers => loggers.AddLogger<SerilogLogger>());
        // </docs:serilog-logger>

        // <docs:logger-by-source>
        akka.ConfigureLoggers(loggers => loggers.AddLoggerFactoryBySource());
        // </docs:logger-by-source>
    }
}
