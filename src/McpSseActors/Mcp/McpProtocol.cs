using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Configuration;

namespace McpSseActors.Mcp;

/// <summary>The names of the Model Context Protocol, in all its revisions.</summary>
internal static class McpProtocol
{
    /// <summary>The revision that is spoken without sessions.</summary>
    public const string Modern = "2026-07-28";

    /// <summary>The newest revision with sessions.</summary>
    public const string NewestWithSessions = "2025-11-25";

    /// <summary>The revision of HTTP+SSE.</summary>
    public const string Oldest = "2024-11-05";

    public const string ResourceUpdated = "notifications/resources/updated";
    public const string ResourcesChanged = "notifications/resources/list_changed";
    public const string ToolsChanged = "notifications/tools/list_changed";
    public const string PromptsChanged = "notifications/prompts/list_changed";
    public const string LogMessage = "notifications/message";
    public const string Acknowledged = "notifications/subscriptions/acknowledged";

    public const int HeaderMismatch = -32020;
    public const int MissingCapability = -32021;
    public const int UnsupportedVersion = -32022;

    /// <summary>The revisions with sessions, in which an answer to <c>initialize</c> may come.</summary>
    public static ImmutableArray<string> WithSessions { get; } = [Oldest, "2025-03-26", "2025-06-18", NewestWithSessions];

    /// <summary>Whether a list of revisions has the modern one in it.</summary>
    public static bool HasModern(JsonElement element, string list) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(list, out var versions) && versions.ValueKind is JsonValueKind.Array
        && versions.EnumerateArray().Any(version => version.ValueKind is JsonValueKind.String && version.ValueEquals(Modern));

    /// <summary>The name and version that a server gives of itself; empty where it does not.</summary>
    public static string Name(JsonElement info) => Redact.Line($"{Text(info, "name")} {Text(info, "version")}".Trim());

    /// <summary>A member that is text; empty where it is not.</summary>
    public static string Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    public static JsonObject ClientInfo() => new()
    {
        ["name"] = "McpSseActors",
        ["version"] = typeof(McpProtocol).Assembly.GetName().Version?.ToString(3),
    };

    public static JsonObject Initialize(string version) => new()
    {
        ["protocolVersion"] = version,
        ["capabilities"] = new JsonObject(),
        ["clientInfo"] = ClientInfo(),
    };

    /// <summary>What every request of the modern revision carries (2026-07-28, basic).</summary>
    public static JsonObject Meta() => new()
    {
        ["io.modelcontextprotocol/protocolVersion"] = Modern,
        ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
        ["io.modelcontextprotocol/clientInfo"] = ClientInfo(),
    };
}
