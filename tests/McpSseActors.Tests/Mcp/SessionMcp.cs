namespace McpSseActors.Tests.Mcp;

/// <summary>A server of Streamable HTTP (MCP 2025-03-26 to 2025-11-25), with sessions, and with an event store unless told otherwise.</summary>
internal sealed class SessionMcp : FakeMcp
{
    private readonly ConcurrentDictionary<string, bool> _sessions = new();
    private readonly List<(int Id, string Json)> _stored = [];
    private readonly Lock _lock = new();
    private int _begun;

    /// <summary>The session IDs begin with it.</summary>
    public string Prefix { get; init; } = "session";

    public string Version { get; init; } = "2025-11-25";

    public string Capabilities { get; init; } =
        """{"logging":{},"resources":{"subscribe":true,"listChanged":true},"tools":{"listChanged":true},"prompts":{"listChanged":true}}""";

    /// <summary>Whether events have IDs, and are sent again.</summary>
    public bool Stores { get; init; } = true;

    /// <summary>What it answers to a session that it does not know.</summary>
    public int ForgottenStatus { get; init; } = 404;

    /// <summary>Breaks the streams, and knows no session any more.</summary>
    public void Forget()
    {
        _sessions.Clear();
        Drop();
    }

    /// <summary>Sends a notification to the open stream, or stores it for the next one, also if the client goes while it is sent.</summary>
    public async Task NotifyAsync(string method, string parameters = "{}")
    {
        var json = $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""";
        var id = Store(json);
        if (Streams is not [.., { IsOver: false } stream])
            return;
        try
        {
            await stream.MessageAsync(json, id);
        }
        catch (Exception gone) when (Stores && gone is OperationCanceledException or ObjectDisposedException or IOException)
        {
        }
    }

    /// <summary>Keeps a notification for a client that resumes.</summary>
    public string? Store(string json)
    {
        if (!Stores)
            return null;
        lock (_lock)
        {
            _stored.Add((_stored.Count + 1, json));
            return $"{_stored.Count}";
        }
    }

    protected override Task AnswerAsync(McpCall call) => call switch
    {
        { What: "initialize" } => InitializeAsync(call),
        _ when !_sessions.ContainsKey(call.Header("Mcp-Session-Id") ?? "") => call.ErrorAsync(ForgottenStatus, -32001, "Session not found"),
        { What: "GET" } => ListenAsync(call),
        { What: "DELETE" } => EndAsync(call),
        { Id: "" } or { What: "answer" } => call.TextAsync(202),
        _ => call.ResultAsync(),
    };

    private Task InitializeAsync(McpCall call)
    {
        var session = $"{Prefix}-{Interlocked.Increment(ref _begun)}";
        _sessions[session] = true;
        return call.ResultAsync(
            $$"""{"protocolVersion":"{{Version}}","capabilities":{{Capabilities}},"serverInfo":{"name":"fake","version":"1"} }""", ("Mcp-Session-Id", session));
    }

    private Task EndAsync(McpCall call)
    {
        _sessions.TryRemove(call.Header("Mcp-Session-Id")!, out _);
        return call.TextAsync(204);
    }

    private async Task ListenAsync(McpCall call) => await (await OpenAsync(call, stream => SendMissedAsync(call, stream))).OverAsync();

    private async Task SendMissedAsync(McpCall call, PushStream stream)
    {
        (int Id, string Json)[] missed = [];
        if (int.TryParse(call.Header("Last-Event-ID"), out var last))
        {
            lock (_lock)
                missed = [.. _stored.Where(stored => stored.Id > last)];
        }

        foreach (var (id, json) in missed)
            await stream.MessageAsync(json, $"{id}");
    }
}
