using System.Text.Json;
using Akka.Actor;
using Akka.Serialization;

namespace McpSseActors.Messages;

/// <summary>
/// Carries the library's messages and events as JSON where an actor system leaves the process. Bound in <c>mcp-sse.conf</c>. A message that is too
/// long for a frame of Akka.Remote is shortened where its receiver can ask for the rest; anything else of that length is lost there.
/// </summary>
/// <param name="system">The actor system.</param>
internal sealed class MessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    // What Akka.Remote adds: paths, manifest, identifiers.
    private const int Overhead = 8 * 1024;

    private readonly long _longest = (system.Settings.Config.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size", null) ?? long.MaxValue) - Overhead;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        var bytes = Write(obj);
        return Fits(bytes) || obj is not IShortenable answer ? bytes : Write(Shorten(answer));
    }

    /// <summary>Whether a message fits into a frame.</summary>
    public bool Fits(byte[] message) => message.Length <= _longest;

    /// <summary>Leaves out what does not fit into a frame.</summary>
    public IMcpSseMessage Shorten(IShortenable answer) => answer.ToFit(_longest, each => Write(each).Length);

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest) =>
        JsonSerializer.Deserialize(bytes, WireNames.TypeOf(manifest)) ?? throw new JsonException($"A message {manifest} is never null.");

    /// <inheritdoc />
    public override string Manifest(object o) => WireNames.Of(TypeOf(o));

    private static byte[] Write(object message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeOf(message));

    // Other processes may not have the payload's type: there the event is a plain one, whose payload can be decoded again.
    private static Type TypeOf(object message) => message is McpEvent ? typeof(McpEvent) : message.GetType();
}
