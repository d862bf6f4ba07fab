using System.Text.Json.Serialization;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>The clients that are compared.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClientKind>))]
internal enum ClientKind
{
    /// <summary><c>HttpClient</c> and <c>SseParser</c>, with strings as its data.</summary>
    Bare,

    /// <summary>This library with a handler that gets one event at a time.</summary>
    Plain,

    /// <summary>This library with a <c>BatchHandler</c>.</summary>
    Batch,
}
