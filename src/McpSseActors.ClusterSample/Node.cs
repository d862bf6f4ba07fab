using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using McpSseActors.Cluster;
using McpSseActors.Hosting;
using Npgsql;

namespace McpSseActors.ClusterSample;

/// <summary>A node: it runs its share of the streams. Every node has the same streams, the same handlers, and the same store of positions.</summary>
internal static class Node
{
    public const string Role = "streams";

    public static readonly string[] Streams = [.. Enumerable.Range(1, 12).Select(number => $"stream-{number:00}")];

    /// <param name="port">The port on which other nodes reach it.</param>
    /// <param name="seeds">The nodes that it joins the cluster through.</param>
    /// <param name="events">The server of the streams.</param>
    /// <param name="positions">The URL of the positions that the demo keeps, or the name of the variable with a connection string of PostgreSQL.</param>
    public static async Task<int> RunAsync(int port, string[] seeds, Uri events, string positions)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NodeLifetime>();
        builder.Services.AddAkka(Demo.ActorSystem, akka => akka
            .WithRemoting("127.0.0.1", port)
            .WithClustering(new ClusterOptions { Roles = [Role], SeedNodes = seeds, MinimumNumberOfMembers = 2 })
            .WithMcpSseCluster(
                mcp =>
                {
                    foreach (var stream in Streams)
                        mcp.AddStream(new StreamOptions { Name = stream, Enabled = true, ServerUrl = events.AbsoluteUri, EnableEventLogging = false });
                    mcp.AddHandler("*", (McpEvent received) => Console.WriteLine($"{received.Stream} {received.EventId}"))
                        .WithDurableDelivery(delivery => StoreIn(delivery, positions));
                },
                new() { Role = Role })
            .AddHocon(Demo.Quiet, HoconAddMode.Prepend));
        await builder.Build().RunAsync();
        return 0;
    }

    // The store must be one that all nodes share. In production, that is a database.
    private static void StoreIn(DurableDelivery delivery, string positions)
    {
        if (positions.StartsWith("http", StringComparison.Ordinal))
            delivery.In(() => new DemoPositions(new Uri(positions)));
        else
            delivery.InDatabase(NpgsqlDataSource.Create(Environment.GetEnvironmentVariable(positions)!));
    }
}
