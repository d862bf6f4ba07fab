using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace McpSseActors.Soak.Kills;

/// <summary>The host that is killed: a stream for each kind of handler. Each event that is handled goes to the ledger, outside of this process.</summary>
internal static class HandlingHost
{
    /// <summary>The streams, which are named by their kind of handler.</summary>
    public static readonly string[] Streams = ["delegate", "async", "actor", "batch"];

    public static async Task RunAsync(int server, int ledgerPort, string store)
    {
        using var ledger = new LedgerClient(ledgerPort);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddAkka("kill", (akka, _) => akka
            .AddHocon("akka.loglevel = WARNING\nakka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Prepend)
            .WithMcpSse(mcp =>
            {
                foreach (var stream in Streams)
                    mcp.AddStream($"http://127.0.0.1:{server}/{stream}", options => options with { Name = stream, EnableEventLogging = false, InitialReconnectDelay = TimeSpan.FromMilliseconds(50) });
                mcp.AddHandler("*", (McpEvent received) => ledger.Write(received), "delegate")
                    .AddHandler("*", async (McpEvent received) => { await Task.Yield(); ledger.Write(received); }, "async")
                    .AddHandler("*", Props.Create(() => new WritingActor(ledger)), "actor")
                    .AddHandler("*", Props.Create(() => new WritingBatches(ledger)), "batch")
                    .WithDurableDelivery(delivery => Name(delivery, store));
            }));
        using var host = builder.Build();
        await host.StartAsync();
        await Task.Run(Console.In.ReadToEnd);
        await host.StopAsync();
    }

    private static DurableDelivery Name(DurableDelivery delivery, string store) => store.Split(':', 2) switch
    {
        ["file", var path] => delivery.InFile(path),
        ["sqlite", var path] => delivery.InDatabase(Sqlite(path)),
        _ => delivery.InDatabase(NpgsqlDataSource.Create(store)),
    };

    private static DbDataSource Sqlite(string path) => SqliteFactory.Instance.CreateDataSource($"Data Source={path}");

    /// <summary>Tells the ledger in the other process; what was written arrives, whatever becomes of this process.</summary>
    private sealed class LedgerClient(int port) : IDisposable
    {
        private readonly TcpClient _connection = new("127.0.0.1", port) { NoDelay = true };
        private readonly Lock _lock = new();

        public void Write(McpEvent received)
        {
            var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{received.Stream} {received.EventId} {(received.Redelivered ? 1 : 0)}\n"));
            lock (_lock)
                _connection.GetStream().Write(line);
        }

        public void Dispose() => _connection.Dispose();
    }

    private sealed class WritingActor : ReceiveActor
    {
        public WritingActor(LedgerClient ledger) => Receive<McpEvent>(ledger.Write);
    }

    private sealed class WritingBatches(LedgerClient ledger) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                ledger.Write(received.ToEvent());
        }
    }
}
