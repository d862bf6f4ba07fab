using Akka.Event;
using McpSseActors.Configuration;

namespace McpSseActors.Mcp;

/// <summary>A log whose values may quote a server: each passes the gate.</summary>
internal sealed class GatedLog(ILoggingAdapter log, SecretGate gate) : LoggingAdapterBase(log.Formatter)
{
    public override bool IsDebugEnabled => log.IsDebugEnabled;

    public override bool IsErrorEnabled => log.IsErrorEnabled;

    public override bool IsInfoEnabled => log.IsInfoEnabled;

    public override bool IsWarningEnabled => log.IsWarningEnabled;

    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null)
    {
        if (message is LogMessage { Format: var format } line)
            log.Log(logLevel, cause, format, [.. line.Parameters().Select(Shown)]);
        else
            log.Log(logLevel, cause, gate.Redact($"{message}"));
    }

    private object Shown(object value) => value is string or not IFormattable ? gate.Redact(value?.ToString() ?? "") : value;
}
