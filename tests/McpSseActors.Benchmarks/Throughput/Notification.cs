using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpSseActors.Benchmarks.Corpora;
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
    public static Notification<ResourceUpdatedNotificationParams> Update { get; } = new(
        "notifications/resources/updated",
        (JsonTypeInfo<ResourceUpdatedNotificationParams>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ResourceUpdatedNotificationParams)),
        IsKnown: true,
        payload => ContentHash.Of("updated", payload.Uri));

    public static Notification<LogLine> Log { get; } = new(
        "notifications/message",
        LogLineJson.Default.LogLine,
        IsKnown: false,
        payload => ContentHash.Of(payload.Logger, payload.Data.Text) + (ulong)payload.Data.Seq);
}
