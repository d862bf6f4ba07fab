using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>A payload as users write it, for what the server of the benchmarks logs.</summary>
internal sealed record LogLine(string Level, string Logger, LogData Data);

/// <summary>What was logged.</summary>
internal sealed record LogData(long Seq, string User, string Text);

/// <summary>How both clients read it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LogLine))]
internal sealed partial class LogLineJson : JsonSerializerContext;
