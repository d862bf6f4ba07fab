using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Soak.Kills;

/// <summary>The host that is killed: a stream for each kind of handler. Each event that is handled goes to the ledger, outside of this process.</summary>
internal static class HandlingHost
{
    /// <summary>The streams, which are named by their kind of handler.</summary>
    public static readonly string[] Streams = ["delegate", "payload", "actor", "batch"];

    /// <param name="server">The port of the server.</param>
    /// <param name="ledgerPort">The port that is told of each event handled.</param>
    /// <param name="store">Where positions are stored.</param>
    /// <param name="inTransactions">Whether the handlers save them.</param>
    /// <param name="persist">Whether the streams are added at run time and stored; otherwise the host is configured with them.</param>
    /// <param name="events">How the streams subscribe to MCP events; null if they are plain.</param>
    public static async Task RunAsync(int server, int ledgerPort, Store store, bool inTransactions, bool persist, McpEventMode? events)
    {
        using var ledger = new LedgerClient(ledgerPort);
        var streams = Streams.Select(stream => Subscribe(events, new StreamOptions
        {
            Name = stream,
            Enabled = true,
            ServerUrl = $"http://127.0.0.1:{server}/{(events is null ? stream : "mcp")}",
            EnableEventLogging = false,
            InitialReconnectDelay = TimeSpan.FromMilliseconds(50),
        })).ToArray();
        IRecorder recorder = inTransactions ? new TransactionRecorder(store.Database!, ledger) : ledger;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddAkka("kill", (akka, _) => akka
            .AddHocon("akka.loglevel = WARNING\nakka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Prepend)
            .WithMcpSse(mcp =>
            {
                if (persist)
                    mcp.AddHandler("*", (McpEvent received) => recorder.Record(received));
                else
                    AddStreams(mcp, streams, recorder, events is not null);
                mcp.WithDurableDelivery(delivery => store.Configure(delivery, inTransactions));
            }));
        builder.Services.AddMcpSseClient();
        using var host = builder.Build();
        await host.StartAsync();
        if (persist)
            await AddMissingAsync(host.Services.GetRequiredService<IMcpSseClient>(), streams, ledger);
        await Task.Run(Console.In.ReadToEnd);
        await host.StopAsync();
    }

    // A handler can be for one stream only if the host is configured with that.
    private static void AddStreams(McpSseBuilder mcp, StreamOptions[] streams, IRecorder recorder, bool isOfMcpEvents)
    {
        foreach (var stream in streams)
            mcp.AddStream(stream);
        mcp.AddHandler("*", async (McpEvent received) => { await Task.Yield(); recorder.Record(received); }, "delegate")
            .AddPayloadHandler<Number>(isOfMcpEvents ? "payload" : "message", (McpEvent<Number> received) => recorder.Record(received), JsonSerializerOptions.Web, "payload")
            .AddHandler("*", Props.Create(() => new RecordingActor(recorder)), "actor")
            .AddHandler("*", Props.Create(() => new RecordingBatches(recorder)), "batch");
    }

    private static async Task AddMissingAsync(IMcpSseClient client, StreamOptions[] streams, LedgerClient ledger)
    {
        var restored = await client.GetStreamsAsync();
        foreach (var stream in streams.Where(each => !restored.Contains(each.Name)))
        {
            await client.AddStreamAsync(stream, persist: true);
            ledger.RecordAdded(stream.Name);
        }
    }

    private static StreamOptions Subscribe(McpEventMode? events, StreamOptions stream) => events is not { } mode ? stream : stream with
    {
        Transport = StreamTransport.Events,
        Event = new McpEventSubscription { Name = stream.Name, Mode = mode },
    };

    /// <summary>The payload of the events.</summary>
    internal sealed record Number(int N);

    private sealed class RecordingActor : ReceiveActor
    {
        public RecordingActor(IRecorder recorder) => Receive<McpEvent>(received => recorder.Record(received));
    }

    private sealed class RecordingBatches(IRecorder recorder) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            var all = new List<McpEvent>();
            foreach (var received in events)
                all.Add(received.ToEvent());
            recorder.Record([.. all]);
        }
    }
}
