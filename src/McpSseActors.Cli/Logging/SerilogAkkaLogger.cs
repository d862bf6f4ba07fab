using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Dispatch;
using Akka.Event;
using Serilog.Core;
using ILogger = Serilog.ILogger;
using Level = Serilog.Events.LogEventLevel;
using SerilogEvent = Serilog.Events.LogEvent;

namespace McpSseActors.Cli.Logging;

/// <summary>
/// Hands Akka's log to the Serilog logger of the host's services, each source as its own <c>SourceContext</c> and each named value of a
/// message as a property. Akka makes it, from <c>akka.loggers</c>.
/// </summary>
internal sealed class SerilogAkkaLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly Dictionary<string, ILogger> _bySource = new(StringComparer.Ordinal);
    private readonly ILogger _root;

    public SerilogAkkaLogger()
    {
        _root = DependencyResolver.For(Context.System).Resolver.GetService<ILogger>();
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent received)
    {
        var logger = LoggerOf(SourceOf(received.LogSource));
        var level = LevelOf(received.LogLevel());
        if (!logger.IsEnabled(level))
            return;

        var (format, values) = received.Message is LogMessage message
            ? (message.Format, message.Parameters().ToArray())
            : ("{Text:l}", [received.Message?.ToString()]);
        if (logger.BindMessageTemplate(format, values, out var template, out var properties))
            logger.Write(new SerilogEvent(new DateTimeOffset(received.Timestamp), level, received.Cause, template, properties));
    }

    private ILogger LoggerOf(string source)
    {
        if (!_bySource.TryGetValue(source, out var logger))
            _bySource[source] = logger = _root.ForContext(Constants.SourceContextPropertyName, source);
        return logger;
    }

    // Akka writes "mcp.manager (akka://name)"; what stands before the system is the source.
    private static string SourceOf(string logSource) => logSource.IndexOf("(akka", StringComparison.Ordinal) switch
    {
        > 0 and var end => logSource[..end].TrimEnd(),
        _ => logSource,
    };

    private static Level LevelOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => Level.Debug,
        LogLevel.InfoLevel => Level.Information,
        LogLevel.WarningLevel => Level.Warning,
        _ => Level.Error,
    };
}
