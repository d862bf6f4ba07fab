using System.Collections;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpSseActors.Hosting;

/// <summary>
/// Writes the log lines of an actor system to the host's <see cref="ILogger"/>, each source under its own category. Akka creates it, from
/// <c>akka.loggers</c>. Without a logger factory the lines go to standard output, as with Akka's default logger.
/// </summary>
internal sealed class SourceLogger : DefaultLogger
{
    /// <summary>The configuration of a host that names no loggers.</summary>
    public const string DefaultHocon = "akka.loggers = [\"McpSseActors.Hosting.SourceLogger, McpSseActors\"]";

    private readonly Dictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);
    private readonly LogFilterEvaluator _filter = Context.System.Settings.LogFilter;
    private readonly ILoggerFactory? _factory = Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true } setup ? setup.Value.LoggerFactory : null;

    protected override void Print(LogEvent logEvent)
    {
        if (_factory is null)
        {
            base.Print(logEvent);
            return;
        }

        var logger = LoggerOf(CategoryOf(logEvent));
        var level = LevelOf(logEvent.LogLevel());
        if (!logger.IsEnabled(level))
            return;
        // Without filters Akka's evaluator formats the line for nothing.
        if (ReferenceEquals(_filter, LogFilterEvaluator.NoFilters) || _filter.ShouldTryKeepMessage(logEvent, out _))
            logger.Log(level, default, new Line(logEvent, Sender.Path.ToString()), logEvent.Cause, static (line, _) => line.ToString());
    }

    // The class of a source that is only a string is one of Akka's; the string ends with the system: "name (akka://system)".
    private static string CategoryOf(LogEvent logEvent)
    {
        if (logEvent.LogClass != typeof(DummyClassForStringSources))
            return logEvent.LogClass.FullName ?? logEvent.LogClass.Name;
        var end = logEvent.LogSource.IndexOf(" (akka", StringComparison.Ordinal);
        return end < 0 ? logEvent.LogSource : logEvent.LogSource[..end];
    }

    private static LogLevel LevelOf(AkkaLevel level) => level switch
    {
        AkkaLevel.DebugLevel => LogLevel.Debug,
        AkkaLevel.InfoLevel => LogLevel.Information,
        AkkaLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    private ILogger LoggerOf(string category)
    {
        if (!_loggers.TryGetValue(category, out var logger))
            _loggers[category] = logger = _factory!.CreateLogger(category);
        return logger;
    }

    /// <summary>A line's text, formatted on demand, and its named values, those of Akka.Hosting's own logger included.</summary>
    private sealed class Line(LogEvent logged, string actorPath) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private KeyValuePair<string, object?>[]? _values;

        public int Count => Values.Length;

        private KeyValuePair<string, object?>[] Values => _values ??= [.. ValuesOf()];

        public KeyValuePair<string, object?> this[int index] => Values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)Values).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => logged.Message?.ToString() ?? "";

        private IEnumerable<KeyValuePair<string, object?>> ValuesOf()
        {
            if (logged.ActivityContext is { } trace && trace.TraceId != default)
            {
                // The names that AkkaTraceContextProcessor reads.
                yield return new("Akka.TraceId", trace.TraceId);
                yield return new("Akka.SpanId", trace.SpanId);
                yield return new("Akka.TraceFlags", (int)trace.TraceFlags);
            }

            if (logged.TryGetProperties(out var named) && named is not null)
            {
                foreach (var (name, value) in named)
                    yield return new(name, value);
            }

            yield return new("ActorPath", actorPath);
            // Plain text is a value, never a template: its braces mean nothing.
            if (logged.Message is not LogMessage)
                yield return new("Text", ToString());
            yield return new("{OriginalFormat}", logged.Message is LogMessage message ? message.Format : "{Text}");
        }
    }
}
