namespace McpSseActors.Tests.Mcp.Events;

/// <summary>A server with MCP Events. It lists its types by itself; a test sends the events of each subscription, or answers its polls.</summary>
internal sealed class EventsMcp : FakeMcp
{
    public const string Extension = """{"extensions":{"io.modelcontextprotocol/events":{}}}""";
    public const string TellsChanges = """{"extensions":{"io.modelcontextprotocol/events":{"listChanged":true}}}""";
    public const string Incident = "incident.created";

    private readonly ConcurrentQueue<Subscription> _subscriptions = new();

    public string Capabilities { get; set; } = Extension;

    /// <summary>The entries of each page of its list.</summary>
    public string[][] Pages { get; set; } = [[Type()]];

    /// <summary>What it does with a subscription; to begin with, it confirms that events come from now on, and sends none.</summary>
    public Func<Subscription, Task> OnSubscribed { get; set; } = subscription => subscription.ActiveAsync("c0");

    /// <summary>Answers a poll.</summary>
    public Func<McpCall, Task> OnPoll { get; set; } = call => call.ResultAsync(Polled(cursor: "\"c0\""));

    /// <summary>Answers a request to listen.</summary>
    public string Grants { get; set; } = """{"eventsListChanged":true}""";

    /// <summary>The stream of the newest request to listen.</summary>
    public PushStream? Listened { get; private set; }

    public int Subscriptions => _subscriptions.Count;

    /// <summary>The entry of a type.</summary>
    public static string Type(string name = Incident, string delivery = """["push","poll"]""", string more = "") =>
        $$"""{"name":"{{name}}","description":"d","delivery":{{delivery}}{{more}}}""";

    /// <summary>The result of a poll.</summary>
    public static string Polled(string cursor = "null", string events = "", bool hasMore = false, string nextPollMs = "60000", bool isTruncated = false) =>
        $$"""{"resultType":"complete","events":[{{events}}],"cursor":{{cursor}},"truncated":{{(isTruncated ? "true" : "false")}},"hasMore":{{(hasMore ? "true" : "false")}},"nextPollMs":{{nextPollMs}}}""";

    /// <summary>An event, without the braces.</summary>
    public static string Event(string id, string data = "{}", string name = Incident) =>
        $$""" "eventId":"{{id}}","name":"{{name}}","timestamp":"2026-11-28T12:00:00Z","data":{{data}} """;

    /// <summary>Waits for a subscription, the first or a later one, to which <see cref="OnSubscribed"/> is done.</summary>
    public async Task<Subscription> SubscribedAsync(int number = 1)
    {
        await Eventually.HoldsAsync(() => _subscriptions.Count.ShouldBeGreaterThanOrEqualTo(number, string.Join(", ", Asked)));
        return _subscriptions.ElementAt(number - 1);
    }

    protected override Task AnswerAsync(McpCall call) => call.What switch
    {
        "server/discover" => call.ResultAsync($$"""{"supportedVersions":["2026-07-28"],"capabilities":{{Capabilities}},"resultType":"complete"}"""),
        "events/list" => ListAsync(call),
        "events/stream" => StreamAsync(call),
        "events/poll" => OnPoll(call),
        "subscriptions/listen" => ListenAsync(call),
        _ => call.ErrorAsync(404, -32601, "Method not found"),
    };

    private Task ListAsync(McpCall call)
    {
        var page = call.Params.TryGetProperty("cursor", out var cursor) ? int.Parse(cursor.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var next = page + 1 < Pages.Length ? $",\"nextCursor\":\"{page + 1}\"" : "";
        return call.ResultAsync($$"""{"resultType":"complete","events":[{{string.Join(",", Pages[page])}}]{{next}}}""");
    }

    private async Task StreamAsync(McpCall call)
    {
        var stream = await OpenAsync(call, opened => OnSubscribed(new Subscription(call, opened)));
        _subscriptions.Enqueue(new Subscription(call, stream));
        await stream.OverAsync();
    }

    private async Task ListenAsync(McpCall call)
    {
        Listened = await OpenAsync(call, stream => stream.MessageAsync(ModernMcp.Notification(
            "notifications/subscriptions/acknowledged", $$$"""{"notifications":{{{Grants}}},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{call.Id}}}}}""")));
        await Listened.OverAsync();
    }
}

/// <summary>One subscription that a client has opened.</summary>
internal sealed class Subscription(McpCall call, PushStream stream)
{
    public McpCall Call => call;

    public PushStream Stream => stream;

    /// <summary>The cursor that it starts from, as JSON.</summary>
    public string Cursor => call.Params.GetProperty("cursor").GetRawText();

    public Task ActiveAsync(string? cursor, bool isTruncated = false) =>
        SendAsync("active", $"\"cursor\":{Text(cursor)},\"truncated\":{(isTruncated ? "true" : "false")}");

    public Task EventAsync(string id, string? cursor, string data = "{}", string name = EventsMcp.Incident) =>
        SendAsync("event", $"{EventsMcp.Event(id, data, name)},\"cursor\":{Text(cursor)}");

    public Task HeartbeatAsync(string? cursor) => SendAsync("heartbeat", $"\"cursor\":{Text(cursor)}");

    public Task TerminatedAsync(string error) => SendAsync("terminated", $"\"error\":{error}");

    /// <summary>Sends a notification of this subscription.</summary>
    public Task SendAsync(string what, string parameters, string? id = null) =>
        stream.MessageAsync(Frame(what, parameters, id));

    public string Frame(string what, string parameters, string? id = null) => ModernMcp.Notification(
        $"notifications/events/{what}", $$"""{"_meta":{"io.modelcontextprotocol/subscriptionId":{{id ?? call.Id}}}{{(parameters.Length > 0 ? "," : "")}}{{parameters}}}""");

    /// <summary>The server ends it in good order.</summary>
    public async Task CompleteAsync()
    {
        await stream.MessageAsync(call.Result("""{"resultType":"complete"}"""));
        stream.End();
    }

    private static string Text(string? cursor) => cursor is null ? "null" : $"\"{cursor}\"";
}
