using System.Globalization;
using McpSseActors.Cli.Output;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace McpSseActors.Cli.Logging;

/// <summary>
/// The log of the tool, always on standard error. The library's sources log from the level wanted, which may change; everything else from
/// Warning. Below Debug, it leaves out the events and state changes that the command itself prints.
/// </summary>
internal sealed class CliLog
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} [{Level:u3}] {SourceContext}: {Line:l}{Cause:l}{NewLine}";
    private const string VerboseTemplate = "{Timestamp:HH:mm:ss.fff} [{Level:u3}] {SourceContext}: {Line:l}{NewLine}{Trace:l}";

    private readonly LoggingLevelSwitch _others = new();
    private readonly LoggingLevelSwitch _library = new();
    private readonly LoggingLevelSwitch _reported = new();
    private readonly bool _isVerbose;
    private readonly bool _isReported;

    /// <summary>Makes the log.</summary>
    /// <param name="environment">Where it goes.</param>
    /// <param name="level">The least severe level that is shown.</param>
    /// <param name="verbose">Everything is shown, stack traces included.</param>
    /// <param name="reported">Whether the command itself prints events and state changes.</param>
    public CliLog(CliEnvironment environment, ConsoleLogLevel level, bool verbose, bool reported)
    {
        _isVerbose = verbose;
        _isReported = reported;
        ShowFrom(level);
        Logger = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(_others)
            .MinimumLevel.Override("mcp", _library)
            .MinimumLevel.Override("mcp.event_handler", _reported)
            .MinimumLevel.Override("mcp.sse_client", _reported)
            .Filter.ByExcluding(IsStateReported)
            .Enrich.With<OneLineEnricher>()
            .WriteTo.Sink(new ErrorSink(environment.Error, verbose ? VerboseTemplate : Template))
            .CreateLogger();
    }

    /// <summary>Where the lines are written.</summary>
    public Logger Logger { get; }

    /// <summary>Shows another level from now on, unless everything is shown.</summary>
    public void ShowFrom(ConsoleLogLevel level)
    {
        var shown = _isVerbose ? LogEventLevel.Debug : LevelOf(level);
        _others.MinimumLevel = shown > LogEventLevel.Warning ? shown : LogEventLevel.Warning;
        _library.MinimumLevel = shown;
        // A terminal and a journal show both outputs: nothing is told twice.
        _reported.MinimumLevel = _isReported && shown == LogEventLevel.Information ? LogEventLevel.Warning : shown;
    }

    // The state change that the command prints says the same of a loss or a failure.
    private bool IsStateReported(LogEvent line) => _isReported && _library.MinimumLevel > LogEventLevel.Debug
        && line.Properties.ContainsKey("Reason") && line.MessageTemplate.Text.StartsWith("Stream {Stream} is ", StringComparison.Ordinal);

    private static LogEventLevel LevelOf(ConsoleLogLevel level) => level switch
    {
        ConsoleLogLevel.Debug => LogEventLevel.Debug,
        ConsoleLogLevel.Info => LogEventLevel.Information,
        ConsoleLogLevel.Warning => LogEventLevel.Warning,
        ConsoleLogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };

    // A message may quote a stranger, who shall neither move the cursor nor write lines of his own. The stack trace is for --verbose only.
    private sealed class OneLineEnricher : ILogEventEnricher
    {
        private readonly MessageTemplateTextFormatter _message = new("{Message:l}", CultureInfo.InvariantCulture);

        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            using var message = new StringWriter(CultureInfo.InvariantCulture);
            _message.Format(logEvent, message);
            Add("Line", Lines.OneLine(message.ToString()));
            if (logEvent.Exception is not { } cause)
                return;
            Add("Cause", $" ({cause.GetType().Name}: {Lines.OneLine(cause.Message)})");
            Add("Trace", string.Concat(cause.ToString().Split('\n').Select(line => $"    {Lines.OneLine(line.TrimEnd('\r'))}{Environment.NewLine}")));

            void Add(string name, string value) => logEvent.AddOrUpdateProperty(new LogEventProperty(name, new ScalarValue(value)));
        }
    }

    private sealed class ErrorSink(TextWriter error, string template) : ILogEventSink
    {
        private readonly MessageTemplateTextFormatter _formatter = new(template, CultureInfo.InvariantCulture);

        public void Emit(LogEvent logEvent)
        {
            using var line = new StringWriter(CultureInfo.InvariantCulture);
            _formatter.Format(logEvent, line);
            try
            {
                lock (error)
                    error.Write(line);
            }
            catch (IOException)
            {
                // The reader of the log has gone; that must not end the work.
            }
        }
    }
}
