using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using Akka.Serialization;
using McpSseActors.Actors;
using McpSseActors.Configuration;
using McpSseActors.Messages;

namespace McpSseActors.Cluster.Wire;

/// <summary>
/// Carries what nodes send each other, as JSON. A message may get new properties that are not required; one that changes in another way gets another
/// manifest, and nodes of earlier versions ignore it. Bound in <c>mcp-sse-cluster.conf</c>.
/// </summary>
internal sealed class ClusterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly FrozenDictionary<string, Type> Types = typeof(IClusterMessage).Assembly.GetTypes()
        .Where(type => !type.IsInterface && typeof(IClusterMessage).IsAssignableFrom(type)).ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    private readonly MessageSerializer _requests = new(system);

    public override string Manifest(object o) => o.GetType().Name;

    public override byte[] ToBinary(object obj) => obj switch
    {
        ToStream addressed => Write(addressed),
        NodeStats stats when Write(stats) is var bytes => _requests.Fits(bytes) ? bytes : Write(new NodeStats((StreamStats)_requests.Shorten(stats.Stats))),
        _ => Write(obj),
    };

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Types.TryGetValue(manifest, out var type))
            return Ignore(manifest);
        return type == typeof(ToStream) ? Read(bytes) : JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException($"A message {manifest} is never null.");
    }

    private static byte[] Write(object message) => JsonSerializer.SerializeToUtf8Bytes(message, message.GetType());

    private UnknownMessage Ignore(string manifest)
    {
        Logging.GetLogger(system, LogSources.Manager).Debug("A message {Manifest} of another version is ignored", Redact.Line(manifest));
        return new UnknownMessage(manifest);
    }

    private byte[] Write(ToStream addressed)
    {
        var message = addressed.Message is IClusterMessage || addressed.Message is IMcpSseMessage and not INoSerializationVerificationNeeded
            ? addressed.Message
            : new StaysInProcess(addressed.Message.GetType().Name);
        var isOurs = message is IClusterMessage;
        var bytes = new ArrayBufferWriter<byte>();
        using (var text = new Utf8JsonWriter(bytes))
        {
            text.WriteStartObject();
            text.WriteString("stream", addressed.Stream);
            text.WriteString(isOurs ? "cluster" : "request", isOurs ? Manifest(message) : _requests.Manifest(message));
            text.WritePropertyName("message");
            text.WriteRawValue(isOurs ? ToBinary(message) : _requests.ToBinary(message));
            text.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private ToStream Read(byte[] bytes)
    {
        using var parsed = JsonDocument.Parse(bytes);
        var root = parsed.RootElement;
        var message = JsonSerializer.SerializeToUtf8Bytes(root.GetProperty("message"));
        return new ToStream(
            root.GetProperty("stream").GetString()!,
            root.TryGetProperty("cluster", out var ours) ? FromBinary(message, ours.GetString()!) : ReadRequest(message, root.GetProperty("request").GetString()!));
    }

    private object ReadRequest(byte[] bytes, string manifest) => WireNames.Find(manifest) is null ? Ignore(manifest) : _requests.FromBinary(bytes, manifest);
}

/// <summary>
/// What a node of another version sent: the mailboxes of the library refuse it, as any message of the pipeline that comes from outside. An entity gets
/// it from its shard, and says that it does not know it.
/// </summary>
/// <param name="Manifest">Its name.</param>
internal sealed record UnknownMessage(string Manifest) : IPipelineMessage;
