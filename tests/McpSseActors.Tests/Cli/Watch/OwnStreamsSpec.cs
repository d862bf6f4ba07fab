using McpSseActors.Cli.Watch.Model;
using McpSseActors.Cli.Watch.Sources;

namespace McpSseActors.Tests.Cli.Watch;

/// <summary>A view of the streams of the same process.</summary>
public sealed class OwnStreamsSpec
{
    [Fact]
    public async Task Should_show_how_far_handlers_are_behind_when_one_is_slow()
    {
        var handled = new TaskCompletionSource();
        await using var server = Sends("event: chat.message\ndata: one\n\nevent: user.login\ndata: {\"user\":\"two\"}\n\n");
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" })
            .AddHandler((McpEvent _) => handled.Task));
        var source = new OwnStreams("test", host.Client);
        var model = new WatchModel(source, TimeProvider.System);

        await LooksAsync(source, model, stream =>
        {
            stream.Stats.InFlight.ShouldBe(2);
            stream.Stats.HandlerLag.ShouldBeGreaterThan(TimeSpan.Zero);
        });
        model.Events!.Value.Select(received => (received.Type, received.Data)).ShouldBe([("chat.message", "message=one"), ("user.login", "user=two")]);
        handled.SetResult();

        await LooksAsync(source, model, stream => stream.Stats.HandlerLag.ShouldBe(TimeSpan.Zero));
        model.FilterBy("user.*");
        await LooksAsync(source, model, _ => model.Events!.Value.ShouldHaveSingleItem().Type.ShouldBe("user.login"));
    }

    [Fact]
    public async Task Should_connect_anew_when_a_stream_is_restarted_whatever_its_state()
    {
        await using var server = Sends("");
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" }));
        var source = new OwnStreams("test", host.Client);
        var model = new WatchModel(source, TimeProvider.System);
        await LooksAsync(source, model, stream => stream.Stats.State.ShouldBe(ConnectionState.Connected));

        await source.RestartAsync("s", default);
        await LooksAsync(source, model, stream => stream.Stats.TotalReconnectAttempts.ShouldBe(1));
        await host.Client.StopAsync("s");
        await source.RestartAsync("s", default);
        await LooksAsync(source, model, stream => stream.Stats.State.ShouldBe(ConnectionState.Connected));

        (await Should.ThrowAsync<SourceException>(source.RestartAsync("nobody", default))).Message.ShouldContain("nobody");
    }

    private static Task LooksAsync(OwnStreams source, WatchModel model, Action<WatchedStream> assertion) => Eventually.HoldsAsync(async () =>
    {
        model.Take(await source.ReadAsync(model.Query, default));
        assertion(model.Current!);
    });

    private static ScriptedServer Sends(string text) => new(Script.Sends(text));
}
