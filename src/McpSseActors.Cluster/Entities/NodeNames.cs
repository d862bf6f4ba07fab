using Akka.Actor;

namespace McpSseActors.Cluster.Entities;

/// <summary>How users see nodes.</summary>
internal static class NodeNames
{
    public static string Of(Address address) => $"{address.Host}:{address.Port}";
}
