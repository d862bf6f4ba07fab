using System.Globalization;
using Akka.Serialization;

namespace McpSseActors.Cluster.Tests;

/// <summary>
/// Hands on what Akka.Cluster tells the actors of the same process. Other serialisers lose the order in which members came up, so that nodes disagree about
/// which is the oldest.
/// </summary>
public sealed class InProcessSerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <summary>Serialises everything else.</summary>
    public const string Hocon = """
        akka.actor {
          serialize-messages = on
          serializers.in-process = "McpSseActors.Cluster.Tests.InProcessSerializer, McpSseActors.Cluster.Tests"
          serialization-bindings {
            "Akka.Cluster.ClusterEvent+IClusterDomainEvent, Akka.Cluster" = in-process
            "Akka.Cluster.ClusterEvent+CurrentClusterState, Akka.Cluster" = in-process
          }
        }
        """;

    private static readonly ConcurrentDictionary<string, object> Messages = new();
    private static long _last;

    public override int Identifier => 7399;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        var key = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        Messages[key] = obj;
        return Encoding.ASCII.GetBytes(key);
    }

    public override object FromBinary(byte[] bytes, Type type) => Messages.TryRemove(Encoding.ASCII.GetString(bytes), out var message)
        ? message
        : throw new InvalidOperationException("The message left the process.");
}
