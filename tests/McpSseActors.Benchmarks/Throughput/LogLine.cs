using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>The parameters of <c>notifications/message</c> as the server sends them: the payload that both clients of MCP read.</summary>
internal sealed record LogLine(string Level, string Logger, LogData Data)
{
    /// <summary>The payload of a JSON-RPC notification.</summary>
    public static LogLine OfMessage(ReadOnlySpan<byte> json) => JsonElement.Parse(json).GetProperty("params").Deserialize(LogLineJson.Default.LogLine)!;

    public LogLine WithNumber(long number) => this with { Data = Data with { Seq = number } };
}

/// <summary>What was logged.</summary>
internal sealed record LogData(long Seq, string User, string Text);

/// <summary>How both clients read it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LogLine))]
internal sealed partial class LogLineJson : JsonSerializerContext;
