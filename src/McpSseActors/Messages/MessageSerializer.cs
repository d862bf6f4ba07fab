using System.Text.Json;
using Akka.Actor;
using Akka.Serialization;

namespace McpSseActors.Messages;

/// <summary>Carries the library's messages and events as JSON where an actor system leaves the process. Bound in <c>mcp-sse.conf</c>.</summary>
/// <param name="system">The actor system.</param>
internal sealed class MessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, TypeOf(obj));

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest) =>
        JsonSerializer.Deserialize(bytes, TypeOf(manifest)) ?? throw new JsonException($"A message {manifest} is never null.");

    /// <inheritdoc />
    public override string Manifest(object o) => TypeOf(o).FullName!;

    // Other processes may not have the payload's type: there the event is a plain one, whose payload can be decoded again.
    private static Type TypeOf(object message) => message is McpEvent ? typeof(McpEvent) : message.GetType();

    // A manifest comes from outside: create only types with the marker interface.
    private static Type TypeOf(string manifest) =>
        typeof(McpEvent).Assembly.GetType(manifest) is { IsGenericTypeDefinition: false } type && typeof(IMcpSseMessage).IsAssignableFrom(type)
            ? type
            : throw new JsonException($"'{manifest}' is not a message of this library.");
}
