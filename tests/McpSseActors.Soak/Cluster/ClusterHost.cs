using System.Globalization;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using McpSseActors.Cluster;
using McpSseActors.Soak.Kills;
using McpSseActors.TestServer.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace McpSseActors.Soak.Cluster;

/// <summary>One node, in a separate process. It ends with its input, or with SIGTERM.</summary>
internal static class ClusterHost
{
    /// <summary>The name of a stream.</summary>
    public static string NameOf(int stream) => string.Create(CultureInfo.InvariantCulture, $"s{stream:0000}");

    /// <param name="host">The address of the node.</param>
    /// <param name="port">The port of the node.</param>
    /// <param name="seeds">The addresses and ports of the nodes that it joins.</param>
    /// <param name="home">The address of server and ledger.</param>
    /// <param name="server">The port of the server.</param>
    /// <param name="ledgerPort">The port that is told of each event handled.</param>
    /// <param name="streams">The number of streams.</param>
    /// <param name="store">The connection string of PostgreSQL.</param>
    /// <param name="ending">Ends the node, even while it starts.</param>
    public static async Task RunAsync(string host, int port, string[] seeds, string home, int server, int ledgerPort, int streams, string store, CancellationToken ending)
    {
        using var ledger = new LedgerClient(ledgerPort, $"node {port} {Environment.ProcessId}", home);
        await using var database = NpgsqlDataSource.Create($"{store};Maximum Pool Size=10");
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddAkka("soak", (akka, _) => akka
            .AddHocon(
                "akka.coordinated-shutdown.run-by-clr-shutdown-hook = off",
                HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.WarningLevel;
                loggers.AddDefaultLogger();
            })
            .WithRemoting(host, port)
            .WithClustering(new ClusterOptions { Roles = ["streams"], SeedNodes = [.. seeds.Select(seed => $"akka.tcp://soak@{seed}")], MinimumNumberOfMembers = 2 })
            .WithMcpSseCluster(
                mcp =>
                {
                    for (var stream = 0; stream < streams; stream++)
                    {
                        mcp.AddStream(new StreamOptions
                        {
                            Name = NameOf(stream),
                            Enabled = true,
                            EnableEventLogging = false,
                            ServerUrl = $"http://{home}:{server}/{NameOf(stream)}",
                            InitialReconnectDelay = TimeSpan.FromMilliseconds(100),
                        });
                    }

                    mcp.AddHandler("*", (McpEvent received) => ledger.Record(received)).WithDurableDelivery(delivery => delivery.InDatabase(database));
                },
                new McpSseClusterOptions { Role = "streams" }));
        using var node = builder.Build();
        await node.StartAsync(CancellationToken.None);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, ending), Task.Run(Console.In.ReadToEnd), node.Services.GetRequiredService<ActorSystem>().WhenTerminated);
        await node.StopAsync(CancellationToken.None);
    }
}
