using Akka.Event;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>A delegate that is under way when its stream ends comes to its end.</summary>
public sealed class UnfinishedHandlerSpec
{
    private readonly TaskCompletionSource _entered = new();
    private readonly TaskCompletionSource _release = new();
    private readonly TaskCompletionSource _finished = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_run_what_follows_the_await_and_name_the_handler_when_the_time_is_up(bool isRemoved)
    {
        await using var server = Server();
        await using var host = await StartAsync(server, TimeSpan.FromMilliseconds(100), async (McpEvent _) =>
        {
            try
            {
                _entered.TrySetResult();
                await _release.Task;
            }
            finally
            {
                _finished.TrySetResult();
            }
        });
        using var log = Inbox.Create(host.System);
        host.System.EventStream.Subscribe(log.Receiver, typeof(Warning));
        await _entered.Task.WaitAsync(Within.Limit);

        await (isRemoved ? host.Client.RemoveStreamAsync("s") : host.StopAsync()).WaitAsync(Within.Limit);
        _release.SetResult();

        await _finished.Task.WaitAsync(Within.Limit);
        if (isRemoved)
            log.Receive(Within.Limit).ShouldBeOfType<Warning>().Message.ToString().ShouldBe(
                "Stream s stops with 1 event(s) not handled within the shutdown_timeout of 0.1 s; unfinished handlers, which are canceled: delegate");
    }

    [Fact]
    public async Task Should_cancel_the_token_when_the_time_is_up()
    {
        await using var server = Server();
        await using var host = await StartAsync(server, TimeSpan.FromMilliseconds(100), async (McpEvent _, CancellationToken cancellation) =>
        {
            try
            {
                _entered.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                _finished.TrySetResult();
            }
        });
        await _entered.Task.WaitAsync(Within.Limit);

        await host.Client.RemoveStreamAsync("s").WaitAsync(Within.Limit);

        await _finished.Task.WaitAsync(Within.Limit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_not_wait_for_itself_when_a_handler_removes_its_own_stream(bool afterAwait)
    {
        McpSseHost? host = null;
        var removed = new TaskCompletionSource<bool>();
        await using var server = Server();
        await using (host = await StartAsync(server, TimeSpan.FromMinutes(10), async (McpEvent _) =>
        {
            await _release.Task;
            if (afterAwait)
                await Task.Yield();
            removed.TrySetResult(await host!.Client.RemoveStreamAsync("s"));
        }))
        {
            _release.SetResult();

            (await removed.Task.WaitAsync(Within.Limit)).ShouldBeTrue();
            await host.States.UntilAsync(ConnectionState.Stopped);
        }
    }

    private static Task<McpSseHost> StartAsync(ScriptedServer server, TimeSpan limit, Delegate handler) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), o => o with { Name = "s", ShutdownTimeout = limit })
        .AddHandler(handler));

    private static ScriptedServer Server() => new(Script.Sends("data: 1\n\n"));
}
