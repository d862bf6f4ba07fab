using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// What the official SDK does not name or read: the revisions, and the parts of answers, read leniently.
/// </summary>
internal static class McpProtocol
{
    /// <summary>The revision without sessions.</summary>
    public const string Modern = "2026-07-28";

    /// <summary>The newest revision with sessions.</summary>
    public const string NewestWithSessions = "2025-11-25";

    /// <summary>The revision of HTTP+SSE.</summary>
    public const string Oldest = "2024-11-05";

    public const string VersionHeader = "MCP-Protocol-Version";

    // The SDK marks its names for log messages as obsolete. Servers of the revisions with sessions still send them.
    public const string LogMessage = "notifications/message";
    public const string SetLogLevel = "logging/setLevel";

    /// <summary>The types of the events that only the client creates.</summary>
    private static readonly string[] Reserved =
        [McpEvent.CommentType, McpResyncEvent.Type, McpGapEvent.Type, McpResync.Resource, McpResync.Tools, McpResync.Prompts, McpResync.Resources];

    // The last draft of the oldest revision: the official SDKs accept it too.
    private const string Draft = "2024-10-07";

    /// <summary>Gets the revisions with sessions, which an answer to <c>initialize</c> may name.</summary>
    public static ImmutableArray<string> WithSessions { get; } = [Draft, Oldest, "2025-03-26", "2025-06-18", NewestWithSessions];

    /// <summary>Whether a method is the type of an event that only the client creates, so that no server can forge it.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> method)
    {
        foreach (var name in Reserved)
        {
            if (Ascii.Equals(method, name))
                return true;
        }

        return false;
    }

    /// <summary>Whether an event only acknowledges a request to listen, or is the client's own, which proves nothing about the connection.</summary>
    public static bool ProvesNothing(string type) => type is NotificationMethods.SubscriptionsAcknowledgedNotification or McpGapEvent.Type;

    /// <summary>Whether a list of revisions contains the one without sessions.</summary>
    public static bool HasModern(JsonElement element, string list) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(list, out var versions) && versions.ValueKind is JsonValueKind.Array
        && versions.EnumerateArray().Any(version => version.ValueKind is JsonValueKind.String && version.ValueEquals(Modern));

    /// <summary>Gets the name and version of a server, without secrets; empty if it gives none.</summary>
    public static string Name(JsonElement info, SecretRedactor redactor) => redactor.Redact($"{Text(info, "name")} {Text(info, "version")}".Trim());

    /// <summary>Gets the text of a member; empty if it is not text.</summary>
    public static string Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? Text(value) : "";

    /// <summary>Gets a text; empty if it is none, or half a surrogate pair.</summary>
    public static string Text(JsonElement value)
    {
        try
        {
            return value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>
    /// A member as a type of the SDK; null where it is missing or malformed. A server that gets a detail wrong is still
    /// listened to.
    /// </summary>
    public static T? Read<T>(JsonElement element, string name)
        where T : class
    {
        try
        {
            return element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.Deserialize(TypeOf<T>()) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The JSON of a type of the SDK.</summary>
    public static JsonObject ToJson<T>(T value) => JsonSerializer.SerializeToNode(value, TypeOf<T>())!.AsObject();

    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T));

    public static JsonObject Initialize(string version) => ToJson(
        new InitializeRequestParams { ProtocolVersion = version, Capabilities = new ClientCapabilities(), ClientInfo = ClientInfo });

    /// <summary>The metadata that every request of the modern revision carries (2026-07-28, basic).</summary>
    public static JsonObject Meta() => new()
    {
        [MetaKeys.ProtocolVersion] = Modern,
        [MetaKeys.ClientCapabilities] = ToJson(new ClientCapabilities()),
        [MetaKeys.ClientInfo] = ToJson(ClientInfo),
    };

    private static Implementation ClientInfo { get; } = new() { Name = "McpSseActors", Version = McpSseTelemetry.Version ?? "" };
}
