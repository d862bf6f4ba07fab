using System.Text.Json;

namespace McpSseActors;

/// <summary>The data of <c>notifications/message</c>: a log message of an MCP server (all revisions; deprecated since 2026-07-28).</summary>
/// <param name="Level"><c>debug</c>, <c>info</c>, <c>notice</c>, <c>warning</c>, <c>error</c>, <c>critical</c>, <c>alert</c> or <c>emergency</c>.</param>
/// <param name="Data">What is logged: any JSON.</param>
/// <param name="Logger">Who logs it; null where the server does not say.</param>
public sealed record McpLogEvent(string Level, JsonElement Data, string? Logger = null);
