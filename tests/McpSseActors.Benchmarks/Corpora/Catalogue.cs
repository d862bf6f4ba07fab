namespace McpSseActors.Benchmarks.Corpora;

/// <summary>What is sent in the benchmarks.</summary>
internal static class Catalogue
{
    /// <summary>The types of all events.</summary>
    public static readonly string[] Types =
    [
        "system.status", "system.heartbeat", "system.shutdown",
        "user.login", "user.logout", "user.action",
        "chat.message", "chat.typing", "chat.reaction",
        "notification.info", "notification.warning", "notification.error",
    ];

    /// <summary>How many types there are.</summary>
    public const int TypeCount = 12;

    /// <summary>The size of a small event on the wire.</summary>
    public const int SmallSize = 107;

    /// <summary>107 bytes: an ID, one of 12 types, a little JSON.</summary>
    public static Corpus Small { get; } = Json("small", "107 B an event, 12 types", SmallSize);

    public static Corpus Kilobyte { get; } = Json("1k", "1 KB an event, 12 types", 1024);

    /// <summary>64 KB in lines of 80 bytes.</summary>
    public static Corpus Large { get; } = new(
        "64k", "64 KB an event, in 800 lines", isFramed: false, () => [.. Types.Select(type => new EventTemplate(type, Lines(type), "\n", isFramed: false))]);

    public static Corpus Crlf { get; } = Json("crlf", "as small, with CRLF", SmallSize + 4, lineEnd: "\r\n");

    public static Corpus OnePerChunk { get; } = Json("one-per-chunk", "as small, each event an HTTP chunk", SmallSize, isFramed: true);

    public static Corpus OneType { get; } = Json("1-type", "107 B an event, 1 type", SmallSize, types: ["chat.message"]);

    public static Corpus ThousandTypes { get; } =
        Json("1000-types", "107 B an event, 1,000 types", SmallSize, types: [.. Enumerable.Range(0, 1000).Select(number => $"chat.room-{number:000}")]);

    /// <summary>An MCP server tells of resources.</summary>
    public static Corpus McpUpdates { get; } = new(
        "mcp", "notifications/resources/updated, the SDK's payload type", isFramed: false, () => [.. Types.Select(type => Notification("notifications/resources/updated", 160, fill => Update(type, fill)))]);

    /// <summary>An MCP server logs.</summary>
    public static Corpus McpLog { get; } = Logs("mcp-log", "notifications/message, the payload type of each library");

    /// <summary>The same, to be read otherwise.</summary>
    public static Corpus McpRecord { get; } = Logs("mcp-record", "notifications/message, a payload record of the user's");

    /// <summary>Those of plain event streams.</summary>
    public static IReadOnlyList<Corpus> Plain { get; } = [Small, Kilobyte, Large, Crlf, OnePerChunk];

    /// <summary>The same events with more and more types.</summary>
    public static IReadOnlyList<Corpus> ByTypes { get; } = [OneType, Small, ThousandTypes];

    /// <summary>Those of MCP servers.</summary>
    public static IReadOnlyList<Corpus> Mcp { get; } = [McpUpdates, McpLog, McpRecord];

    /// <summary>The corpus of this name.</summary>
    public static Corpus? Find(string? name) => Plain.Concat(ByTypes).Concat(Mcp).FirstOrDefault(corpus => corpus.Name == name);

    // The text fills up what the type leaves, so that all events have the same size.
    private static Corpus Json(string name, string description, int size, string lineEnd = "\n", bool isFramed = false, string[]? types = null) =>
        new(name, description, isFramed, () => [.. (types ?? Types).Select(
            type => Filled(fill => new EventTemplate(type, [Object(fill)], lineEnd, isFramed), size))]);

    private static string Object(int fill) => $$"""{"seq":{{EventTemplate.Placeholder}},"user":"ana","text":"{{Text(fill)}}"}""";

    private static Corpus Logs(string name, string description) =>
        new(name, description, isFramed: false, () => [.. Types.Select(type => Notification("notifications/message", 240, fill => Log(type, fill)))]);

    private static EventTemplate Notification(string method, int size, Func<int, string> parameters) => Filled(
        fill => new EventTemplate("message", [$$"""{"jsonrpc":"2.0","method":"{{method}}","params":""" + parameters(fill) + "}"], "\n", isFramed: false), size);

    private static string Update(string topic, int fill) => $$"""{"uri":"file:///{{topic}}/{{EventTemplate.Placeholder}}/{{Text(fill).Replace(' ', '-')}}"}""";

    private static string Log(string logger, int fill) => $$"""{"level":"info","logger":"{{logger}}","data":""" + Object(fill) + "}";

    private static EventTemplate Filled(Func<int, EventTemplate> make, int size)
    {
        var fill = size - make(0).Size;
        return make(fill);
    }

    private static string[] Lines(string type)
    {
        var lines = Enumerable.Range(0, 800).Select(line => $"{line:000} {Text(70)}").ToArray();
        lines[0] = $"{EventTemplate.Placeholder} {Text(84 - type.Length)}";
        return lines;
    }

    private static string Text(int length)
    {
        const string words = "the quick brown fox jumps over the lazy dog and then some more ";
        return string.Concat(Enumerable.Repeat(words, (length / words.Length) + 1))[..length];
    }
}
