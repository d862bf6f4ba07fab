using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Discovery;
using Akka.Hosting;
using Akka.Remote.Hosting;
using McpSseActors;
using McpSseActors.Cluster;
using McpSseActors.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Examples;

/// <summary>The pieces of docs/cluster.md and docs/kubernetes.md.</summary>
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
                MinimumNumberOfMembers = 2,
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

    public static void Tls(AkkaConfigurationBuilder akka, string hostName, int port, X509Certificate2 certificate, X509Certificate2 authority)
    {
        // <docs:cluster-tls>
        akka.WithRemoting(new RemoteOptions
        {
            HostName = hostName,
            Port = port,
            EnableSsl = true,
            Ssl = new SslOptions { X509Certificate = certificate, CustomValidator = (peer, _, _, _, _) => IsOurs(peer, authority) },
        });

        static bool IsOurs(X509Certificate2? peer, X509Certificate2 authority)
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return peer is not null && chain.Build(peer);
        }
        // </docs:cluster-tls>
    }

    public static void Kubernetes(HostApplicationBuilder builder, AkkaConfigurationBuilder akka)
    {
        // <docs:cluster-kubernetes>
        var environment = builder.Configuration;
        akka.WithRemoting(new RemoteOptions { HostName = "0.0.0.0", PublicHostName = environment["NODE_HOST"], Port = 4053 })
            .WithClustering(new ClusterOptions
            {
                Roles = ["streams"],
                SeedNodes = environment["SEED_NODES"]!.Split(','),
                MinimumNumberOfMembers = 2,
            });
        // </docs:cluster-kubernetes>
    }

    public static void Discover(AkkaConfigurationBuilder akka)
    {
        // <docs:cluster-discovery>
        akka.AddStartup(async (system, _) =>
        {
            var found = await Discovery.Get(system).Default.Lookup("app", TimeSpan.FromSeconds(5));
            var cluster = Cluster.Get(system);
            cluster.JoinSeedNodes(found.Addresses.Select(node => cluster.SelfAddress.WithHost(node.Host).WithPort(node.Port)));
        });
        // </docs:cluster-discovery>
    }

    public static void Watch(WebApplicationBuilder builder, WebApplication app)
    {
        // <docs:cluster-health>
        builder.Services.AddHealthChecks();
        builder.Services.AddAkka("app", akka => akka
            .WithAkkaClusterReadinessCheck(tags: ["ready"])
            .WithMcpSseHealthCheck());
        app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        app.MapHealthChecks("/health");
        // </docs:cluster-health>
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
