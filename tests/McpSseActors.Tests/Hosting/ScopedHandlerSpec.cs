using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.Hosting;

/// <summary>Handlers that use services with a scope, as a DbContext has.</summary>
public sealed class ScopedHandlerSpec
{
    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();
    private int _contexts;

    [Fact]
    public async Task Should_create_and_dispose_of_the_scope_with_each_event_when_the_handler_is_scoped()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString()).AddScopedHandler<Store>("chat"), services: AddContext);

        // The check of the start has the first scope.
        (await LinesAsync(1)).ShouldBe(["1 ends"]);
        (await LinesAsync(8)).ShouldBe(["Store 2: good", "Store ends", "2 ends", "Store 3: bad", "Store ends", "3 ends", "Store 4: last", "Store ends"]);
        (await LinesAsync(1)).ShouldBe(["4 ends"]);
        (await host.Client.GetStatsAsync()).HandlerFailures.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_the_scope_until_the_restart_when_the_handler_is_an_actor()
    {
        await using var server = Server();
        await using (var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString()).AddHandler<StoreActor>("chat"), services: AddContext))
        {
            // The check of the start has a scope as well.
            (await LinesAsync(5)).ShouldBe(["1 ends", "2: good", "2: bad", "2 ends", "3: last"], ignoreOrder: true);
        }

        (await LinesAsync(1)).ShouldBe(["3 ends"]);
    }

    private void AddContext(IServiceCollection services) => services.AddScoped(_ => new Context(Interlocked.Increment(ref _contexts), _log.Writer));

    private async Task<List<string>> LinesAsync(int count)
    {
        using var limit = new CancellationTokenSource(Within.Limit);
        var lines = new List<string>();
        while (lines.Count < count)
            lines.Add(await _log.Reader.ReadAsync(limit.Token));
        return lines;
    }

    private static ScriptedServer Server() => new(Script.Sends("event: chat\ndata: good\n\nevent: chat\ndata: bad\n\nevent: chat\ndata: last\n\n"));

    private sealed class Context(int number, ChannelWriter<string> log) : IDisposable
    {
        public int Number => number;

        public void Save(string text) => Write($"{number}: {text}");

        public void Write(string line) => log.TryWrite(line);

        public void Dispose() => Write($"{number} ends");
    }

    private sealed class Store(Context context) : IEventHandler, IDisposable
    {
        public Task HandleAsync(McpEvent received, CancellationToken cancellation)
        {
            context.Write($"Store {context.Number}: {received.Text}");
            return received.Text == "bad" ? throw new InvalidOperationException("as the test wants it") : Task.CompletedTask;
        }

        public void Dispose() => context.Write("Store ends");
    }

    private sealed class StoreActor : ReceiveActor
    {
        public StoreActor(Context context) => Receive<McpEvent>(received =>
        {
            context.Save(received.Text);
            if (received.Text == "bad")
                throw new InvalidOperationException("as the test wants it");
        });
    }
}
