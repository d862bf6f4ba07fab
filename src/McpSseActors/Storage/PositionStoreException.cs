using System.Runtime.Serialization;

namespace McpSseActors;

/// <summary>A store of positions or dead letters cannot be used; the message says why and what to do.</summary>
/// <param name="message">What is wrong, and what would be right.</param>
/// <param name="inner">The cause; null for none.</param>
public sealed class PositionStoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    // For Akka.Remote, which loses an exception without such a constructor.
    private PositionStoreException(SerializationInfo info, StreamingContext context)
        : this(info.GetString(nameof(Message)) ?? "")
    {
    }
}
