using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors;

/// <summary>
/// The protocol that a stream speaks with its server: one of the values of the TOML key <c>transport</c>. There is one instance of each, so
/// <c>==</c> compares them. In JSON it is its name.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class StreamTransport
{
    private readonly string _name;

    private StreamTransport(string name) => _name = name;

    /// <summary>Gets <c>sse</c>: a plain Server-Sent Events endpoint (WHATWG HTML, 9.2).</summary>
    public static StreamTransport Sse { get; } = new("sse");

    /// <summary>Gets <c>http-sse</c>: MCP with an event stream and an endpoint for messages, revision 2024-11-05.</summary>
    public static StreamTransport HttpSse { get; } = new("http-sse");

    /// <summary>Gets <c>streamable-http</c>: MCP over one endpoint with sessions, revisions 2025-03-26 to 2025-11-25.</summary>
    public static StreamTransport StreamableHttp { get; } = new("streamable-http");

    /// <summary>Gets <c>subscriptions</c>: MCP with <c>subscriptions/listen</c>, revision 2026-07-28.</summary>
    public static StreamTransport Subscriptions { get; } = new("subscriptions");

    /// <summary>Gets <c>events</c>: a subscription to one event type of an MCP server (MCP Events, revision 2026-07-28); see <see cref="McpEventSubscription"/>.</summary>
    public static StreamTransport Events { get; } = new("events");

    /// <summary>Gets <c>auto</c>: the newest MCP transport for notifications that the server speaks, found when the stream connects.</summary>
    public static StreamTransport Auto { get; } = new("auto");

    /// <summary>Gets all transports.</summary>
    public static ImmutableArray<StreamTransport> All { get; } = [Sse, HttpSse, StreamableHttp, Subscriptions, Events, Auto];

    /// <summary>Finds the transport with a name.</summary>
    /// <param name="name">The name, case-sensitive: <c>streamable-http</c>.</param>
    /// <returns>The transport.</returns>
    /// <exception cref="FormatException">No transport has this name.</exception>
    public static StreamTransport Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TryParse(name, out var transport)
            ? transport
            : throw new FormatException($"'{name}' is not a transport; use one of {string.Join(", ", All)}");
    }

    /// <summary>Finds the transport with a name.</summary>
    /// <param name="name">The name, case-sensitive: <c>streamable-http</c>.</param>
    /// <param name="transport">The transport; null if no transport has this name.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out StreamTransport? transport)
    {
        transport = All.FirstOrDefault(each => each._name == name);
        return transport is not null;
    }

    /// <summary>Gets the name, as TOML has it: <c>streamable-http</c>.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => _name;

    private sealed class Converter : JsonConverter<StreamTransport>
    {
        public override StreamTransport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var transport) ? transport : throw new JsonException("The value is not a transport.");

        public override void Write(Utf8JsonWriter writer, StreamTransport value, JsonSerializerOptions options) => writer.WriteStringValue(value._name);
    }
}
