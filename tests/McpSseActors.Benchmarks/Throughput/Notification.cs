using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Events;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>A notification of MCP with a payload, which both clients read as the same type in the same way.</summary>
/// <typeparam name="T">The type of the payload.</typeparam>
/// <param name="Method">The method.</param>
/// <param name="TypeInfo">How the payload is read.</param>
/// <param name="IsKnown">Whether this library reads it unasked.</param>
/// <param name="HashOf">The hash of a payload.</param>
internal sealed record Notification<T>(string Method, JsonTypeInfo<T> TypeInfo, bool IsKnown, Func<T, ulong> HashOf)
    where T : notnull
{
    /// <summary>The hashes of the payloads of a corpus, in order.</summary>
    public IEnumerable<ulong> HashesOf(Corpus corpus, long events)
    {
        var data = new CorpusData(corpus);
        for (var index = 0L; index < events; index++)
            yield return HashOf(ReadParameters(data.BytesOf(index)));
    }

    // They are the last thing in the message.
    private T ReadParameters(ReadOnlySpan<byte> message)
    {
        var start = message.IndexOf("\"params\":"u8) + "\"params\":".Length;
        return JsonSerializer.Deserialize(message[start..^1], TypeInfo)!;
    }
}

/// <summary>The notifications that are sent.</summary>
internal static class Notification
{
    private const string LogMethod = "notifications/message";

    /// <summary>Updates of resources as the type of the SDK, which is this library's too.</summary>
    public static Notification<ResourceUpdatedNotificationParams> Update { get; } = new(
        "notifications/resources/updated",
        OfSdk<ResourceUpdatedNotificationParams>(),
        IsKnown: true,
        payload => ContentHash.Of("updated", payload.Uri));

    /// <summary>Log messages as the type of this library.</summary>
    public static Notification<McpLogEvent> Log { get; } = new(
        LogMethod, McpEventJson.Default.McpLogEvent, IsKnown: true, payload => HashOf(payload.Logger!, payload.Data));

#pragma warning disable MCP9005 // Obsolete, but what the SDK has.
    /// <summary>Log messages as the type of the SDK.</summary>
    public static Notification<LoggingMessageNotificationParams> LogOfSdk { get; } = new(
        LogMethod, OfSdk<LoggingMessageNotificationParams>(), IsKnown: false, payload => HashOf(payload.Logger!, payload.Data));
#pragma warning restore MCP9005

    /// <summary>Log messages as a record of the user's.</summary>
    public static Notification<LogLine> LogRecord { get; } = new(
        LogMethod, LogLineJson.Default.LogLine, IsKnown: false, payload => HashOf(payload.Logger, payload.Data.Seq, payload.Data.Text));

    private static ulong HashOf(string logger, JsonElement data) =>
        HashOf(logger, data.GetProperty("seq").GetInt64(), data.GetProperty("text").GetString()!);

    private static ulong HashOf(string logger, long number, string text) => ContentHash.Of(logger, text) + (ulong)number;

    private static JsonTypeInfo<T> OfSdk<T>() => (JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T));
}
