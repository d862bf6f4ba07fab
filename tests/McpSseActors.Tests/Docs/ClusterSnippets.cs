using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using McpSseActors;
using McpSseActors.Cluster;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Examples;

/// <summary>The pieces of docs/cluster.md.</summary>
internal static class ClusterSnippets
{
    public static void Node(HostApplicationBuilder builder, string connectionString)
    {
        // <docs:cluster-node>
        var database = NpgsqlDataSource.Create(connectionString);
        builder.Services.AddAkka("app", akka => akka
            .WithRemoting("10.0.0.1", 4053)
            .WithClustering(new ClusterOptions
            {
                Roles = ["streams"],
                SeedNodes = ["akka.tcp://app@10.0.0.1:4053", "akka.tcp://app@10.0.0.2:4053", "akka.tcp://app@10.0.0.3:4053"],
            })
            .WithMcpSseCluster(
                mcp => mcp
                    .FromToml("mcp-sse.toml")
                    .AddHandler<ChatHandler>("chat.*")
                    .WithDurableDelivery(delivery => delivery.InDatabase(database)),
                new() { Role = "streams" }));
        builder.Services.AddMcpSseClient();
        // </docs:cluster-node>
    }

    public static void Proxy(AkkaConfigurationBuilder akka)
    {
        // <docs:cluster-proxy>
        akka.WithMcpSseClusterProxy("streams");
        // </docs:cluster-proxy>
    }

    public static async Task AskAsync(IRequiredActor<McpSse> streams)
    {
        // <docs:cluster-stats>
        var all = await streams.ActorRef.Ask<AllStats>(new GetAllStats());
        foreach (var stream in all.Streams)
            Console.WriteLine($"{stream.Stream} runs on {stream.Node}: {stream.State}");
        Console.WriteLine($"no answer from {string.Join(", ", all.MissingNodes)}");
        // </docs:cluster-stats>
    }
}
