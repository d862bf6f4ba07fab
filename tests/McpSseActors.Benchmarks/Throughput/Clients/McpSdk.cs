using System.Text.Json;
using McpSseActors.Benchmarks.Corpora;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>
/// The official SDK with a notification handler that reads the payload. It handles notifications side by side and out of order, so its hash is one
/// that does not know their order.
/// </summary>
internal sealed class McpSdk<T>(Notification<T> notification) : IClient
    where T : notnull
{
    private const string AnyOrder = "the whole stream in any order";

    public string Name => "sdk";

    public string Title => "MCP C# SDK";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) =>
        [new Seen(AnyOrder, events, notification.HashesOf(corpus, events).Aggregate(0UL, (sum, hash) => sum + hash))];

    public Task<IReading> PrepareAsync(Corpus corpus, long events) => Task.FromResult<IReading>(new Reading(notification, events));

    private sealed class Reading(Notification<T> notification, long events) : IReading
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private McpClient? _client;
        private ulong _sum;
        private long _count;

        public IReadOnlyList<Seen> Seen => [new(AnyOrder, Volatile.Read(ref _count), Volatile.Read(ref _sum))];

        public async Task ReadAsync(Uri address, CancellationToken cancellation)
        {
            var transport = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = address, TransportMode = HttpTransportMode.StreamableHttp });
            var options = new McpClientOptions
            {
                ProtocolVersion = "2025-11-25",
                Handlers = new McpClientHandlers { NotificationHandlers = [new(notification.Method, Handle)] },
            };
            _client = await McpClient.CreateAsync(transport, options, cancellationToken: cancellation);
            await _reached.Task.WaitAsync(cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            if (_client is not null)
                await _client.DisposeAsync();
        }

        private ValueTask Handle(JsonRpcNotification received, CancellationToken cancellation)
        {
            var payload = received.Params.Deserialize(notification.TypeInfo)!;
            Interlocked.Add(ref _sum, notification.HashOf(payload));
            if (Interlocked.Increment(ref _count) == events)
                _reached.TrySetResult();
            return default;
        }
    }
}
