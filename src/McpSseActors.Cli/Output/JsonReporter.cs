using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Cli.Output;

/// <summary>Writes one JSON object a line, each with its <c>kind</c>. Keys are in snake_case, durations in seconds.</summary>
internal sealed class JsonReporter(TextWriter output) : IReporter
{
    private static readonly JsonSerializerOptions Json = new()
    {
        MaxDepth = McpEvent.MaxDataDepth * 2,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new Seconds() },
    };

    public void Note(string text)
    {
        // Remarks are for people.
    }

    public void Listening(Uri url) => Write(new { Kind = "listening", Url = url });

    public void Server(ServerActivity activity) => Write(new
    {
        Kind = "server",
        Activity = activity.Kind,
        activity.Connection,
        activity.LastEventId,
        activity.Text,
    });

    public void Event(McpEvent received, string? handler, int streamWidth)
    {
        if (received.OccurredAt is { } occurredAt)
        {
            Write(new
            {
                Kind = "event",
                received.Stream,
                received.EventType,
                received.EventId,
                OccurredAt = occurredAt,
                Cursor = received.LastEventId,
                received.Timestamp,
                received.Redelivered,
                Handler = handler,
                received.Data,
            });
        }
        else
        {
            Write(new
            {
                Kind = "event",
                received.Stream,
                received.EventType,
                received.EventId,
                received.Timestamp,
                received.Retry,
                received.Redelivered,
                Handler = handler,
                received.Data,
            });
        }
    }

    public void State(StreamStateChanged change) => Write(new
    {
        Kind = "state",
        change.Stream,
        change.OldState,
        change.NewState,
        change.Reason,
        change.Attempt,
        change.RetryIn,
        change.Timestamp,
    });

    public void Stats(StreamStats stats)
    {
        var line = JsonSerializer.SerializeToNode(stats, Json)!.AsObject();
        line.Insert(0, "kind", "stats");
        Write(line);
    }

    public void Stream(StreamOptions stream) => Write(new
    {
        Kind = "stream",
        stream.Name,
        stream.Enabled,
        ServerUrl = SecretRedactor.RedactUrl(stream.ServerUrl),
        stream.Transport,
        Event = stream.Transport == StreamTransport.Events ? new { stream.Event.Name, Arguments = JsonElement.Parse(stream.Event.Arguments), Mode = Word(stream.Event.Mode) } : null,
        AuthKey = stream.AuthKey.Length > 0 ? "set" : "none",
        stream.EnableReconnect,
        stream.MaxReconnectAttempts,
        stream.SubscribedEvents,
        stream.VerifySsl,
    });

    public void EventTypes(McpEventTypes types)
    {
        foreach (var type in types.Types)
            EventType(types.Dialect, type);
    }

    public void EventType(McpEventDialect dialect, McpEventType type, EventExample example) => EventType(dialect, type);

    public void DeadLetter(StoredDeadLetter letter, bool withData)
    {
        var line = JsonSerializer.SerializeToNode(new
        {
            Kind = "dead_letter",
            letter.Id,
            letter.Event.Stream,
            letter.Event.EventType,
            letter.Event.EventId,
            letter.Event.Timestamp,
            letter.Handler,
            letter.Fault,
            letter.Attempts,
            letter.FirstFailedAt,
            letter.GivenUpAt,
            letter.IsRetryRequested,
        }, Json)!.AsObject();
        if (withData)
            line.Add("data", JsonSerializer.SerializeToNode(letter.Event.Data, Json));
        Write(line);
    }

    public void Fault(ConfigurationFault fault) => Write(new
    {
        Kind = "fault",
        fault.Source,
        fault.Line,
        fault.Column,
        fault.Key,
        fault.Problem,
        fault.Remedy,
    });

    public void Check(TestCheck check) => Write(new { Kind = "check", check.Name, check.Passed, check.Detail });

    public void Step(string stream, DiagnosisStep step) => Write(new
    {
        Kind = "step",
        Stream = stream,
        step.Name,
        Verdict = Word(step.Verdict),
        Elapsed = step.Elapsed is { } elapsed ? Math.Round(elapsed.TotalSeconds, 4) : (double?)null,
        step.Detail,
        step.Remedy,
    });

    public void Waiting(string what, TimeSpan left)
    {
        // Waiting is for people.
    }

    public void Progress(string text)
    {
        // Progress is for people.
    }

    public void Summary(RunSummary summary)
    {
        var line = new Dictionary<string, object?>
        {
            ["kind"] = "summary",
            ["command"] = summary.Command,
            ["passed"] = summary.Passed,
            ["verdict"] = summary.Verdict,
        };
        foreach (var fact in summary.Facts)
            line[fact.Name] = fact.Value is TimeSpan span ? Math.Round(span.TotalSeconds, 3) : fact.Value;
        line["by_type"] = summary.ByType.ToDictionary(count => count.Type, count => new { count.Sent, count.Handled });
        Write(line);
    }

    private void EventType(McpEventDialect dialect, McpEventType type) => Write(new
    {
        Kind = "event_type",
        type.Name,
        type.Description,
        Delivery = type.Delivery.Select(Word),
        Dialect = Word(dialect),
        type.InputSchema,
        type.PayloadSchema,
    });

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private void Write<T>(T line) => output.WriteLine(Lines.Json(JsonSerializer.Serialize(line, Json)));

    private sealed class Seconds : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
    }
}
