using System.Collections.Concurrent;
using Akka.Event;
using Serilog;
using Serilog.Core;
using Level = Serilog.Events.LogEventLevel;

namespace McpSseActors.Cli.Logging;

/// <summary>
/// Drops the lines of Akka that Serilog does not show at their level. Akka.Logger.Serilog formats every line that reaches it, even those that
/// Serilog drops.
/// </summary>
internal sealed class LevelFilter(ILogger log) : LogFilterBase
{
    private readonly ConcurrentDictionary<Type, ILogger> _loggers = new();

    public override LogFilterType FilterType => LogFilterType.Source;

    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null)
    {
        var logger = _loggers.GetOrAdd(content.LogClass, source => log.ForContext(Constants.SourceContextPropertyName, source.FullName));
        return logger.IsEnabled(LevelOf(content.LogLevel())) ? LogFilterDecision.Keep : LogFilterDecision.Drop;
    }

    private static Level LevelOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => Level.Debug,
        LogLevel.InfoLevel => Level.Information,
        LogLevel.WarningLevel => Level.Warning,
        _ => Level.Error,
    };
}
