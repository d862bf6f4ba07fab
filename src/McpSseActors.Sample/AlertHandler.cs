using System.Text.Json;
using Akka.Actor;

namespace McpSseActors.Sample;

/// <summary>Logs each error and counts it: an actor's fields need no lock. Alert your on-call here.</summary>
public sealed partial class AlertHandler : ReceiveActor
{
    private readonly ILogger<AlertHandler> _log;
    private int _alerts;

    public AlertHandler(ILogger<AlertHandler> log)
    {
        _log = log;
        Receive<McpEvent>(received => Alert(++_alerts, received.Stream, TitleOf(received.Data)));
    }

    private static string TitleOf(JsonElement data) =>
        data.ValueKind is JsonValueKind.Object && data.TryGetProperty("title", out var title) ? title.ToString() : "no title";

    [LoggerMessage(LogLevel.Warning, "Alert {Number} of stream {Stream}: {Title}")]
    private partial void Alert(int number, string stream, string title);
}
