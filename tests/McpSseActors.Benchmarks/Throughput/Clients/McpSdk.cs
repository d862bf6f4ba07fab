using System.Text.Json;
using McpSseActors.Benchmarks.Corpora;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>The official SDK with a notification handler that reads the payload.</summary>
internal sealed class McpSdk : IClient
{
    public string Name => "sdk";

    public string Title => "MCP C# SDK, notification handler";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.LogLines(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events) => Task.FromResult<IReading>(new Reading(Goal.Whole(events)));

    private sealed class Reading(Goal goal) : IReading
    {
        private ContentHash _hash;
        private McpClient? _client;

        public IReadOnlyList<Seen> Seen => goal.Seen;

        public async Task ReadAsync(Uri address, CancellationToken cancellation)
        {
            var transport = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = address, TransportMode = HttpTransportMode.StreamableHttp });
            var options = new McpClientOptions
            {
                ProtocolVersion = "2025-11-25",
                Handlers = new McpClientHandlers { NotificationHandlers = [new("notifications/message", Handle)] },
            };
            _client = await McpClient.CreateAsync(transport, options, cancellationToken: cancellation);
            await goal.Reached.WaitAsync(cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            if (_client is not null)
                await _client.DisposeAsync();
        }

        private ValueTask Handle(JsonRpcNotification received, CancellationToken cancellation)
        {
            _hash.Add(received.Params.Deserialize(LogLineJson.Default.LogLine)!);
            goal.Shares[0].Tell(in _hash);
            return default;
        }
    }
}
