using System.Net;
using System.Net.Http.Headers;
using Akka.Actor;
using Akka.Configuration;
using McpSseActors.Actors;
using McpSseActors.Actors.Positions;
using McpSseActors.DeadLetters;
using McpSseActors.Hosting;
using McpSseActors.Positions;

namespace McpSseActors.Cluster.Start;

/// <summary>
/// Runs a stream, and ends it, before the node gets any. .NET compiles what streams need when it is needed first, and the first streams that move to
/// or from a node that has just started would be silent for that long. Its server is in memory, and nothing of it is logged, measured or stored.
/// </summary>
internal static class Rehearsal
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private const string Quiet = """
        akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [], coordinated-shutdown.run-by-clr-shutdown-hook = off }

        """;

    /// <summary>Rehearses for a while at most; never fails.</summary>
    /// <param name="store">The store of the node. Its database is reached, but no row is changed.</param>
    /// <returns>Whether the stream has handled its event, and ended.</returns>
    public static async Task<bool> RunAsync(IPositionStore store)
    {
        try
        {
            var positions = new RehearsedPositions(store);
            var stream = new StreamOptions
            {
                Name = "rehearsal",
                Enabled = true,
                EnableEventLogging = true,
                ServerUrl = "http://127.0.0.1/",
                Tap = (_, _) => new RehearsedServer(),
                IsRehearsal = true,
            };
            using var system = ActorSystem.Create(
                "rehearsal", ConfigurationFactory.ParseString(Quiet + RuntimeScheduler.DefaultHocon).WithFallback(PipelineSettings.Reference));
            var supervisor = system.ActorOf(McpSseSupervisor.Props(new McpSseSetup([stream], []), new Stores(positions, new MemoryDeadLetterStore(), null)));
            await positions.Saved.WaitAsync(Longest).ConfigureAwait(false);
            await ((Task)supervisor.Ask<ShutDownCompleted>(ShutDown.Instance, LongestEnd)).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The first streams will be silent for longer.
            return false;
        }
    }

    /// <summary>Answers with one event.</summary>
    private sealed class RehearsedServer : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = new ByteArrayContent("id: 1\ndata: {}\n\n"u8.ToArray());
            body.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = body });
        }
    }

    /// <summary>Stores nothing.</summary>
    private sealed class RehearsedPositions(IPositionStore store) : IPositionStore
    {
        private readonly TaskCompletionSource _saved = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Saved => _saved.Task;

        public async Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation)
        {
            // Opens the connections that the first streams need at once.
            if (store is DatabasePositionStore)
            {
                var saves = Enumerable.Range(0, PositionStoreActor.MostAcquisitions).Select(_ => store.SaveAsync([], cancellation));
                await ((Task)Task.WhenAll(saves)).WaitAsync(LongestOpening, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return new PositionLease(1, null);
        }

        public Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation)
        {
            _saved.TrySetResult();
            return Task.FromResult<IReadOnlyCollection<string>>([]);
        }

        public Task RemoveAsync(string stream, long token, CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
