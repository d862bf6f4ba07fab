namespace McpSseActors.Tests.EndToEnd;

/// <summary>What a stream does when one of its actors has stopped for good.</summary>
public sealed class InternalFaultSpec
{
    [Theory]
    [InlineData("connection")]
    [InlineData("parser")]
    [InlineData("router")]
    [InlineData("stats")]
    public async Task Should_fail_once_and_answer_everything_when_an_actor_stops_for_good(string actor)
    {
        await using var server = new ScriptedServer(Script.Sends("data: x\n\n"));
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ShutdownTimeout = TimeSpan.FromSeconds(300) }),
            "mcp-sse.ask-timeout = 60s");
        await host.States.UntilAsync(ConnectionState.Connected);

        host.System.ActorSelection($"/user/mcp-sse/s/{actor}").Tell(PoisonPill.Instance);

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldStartWith($"the {actor} stopped after an internal fault");
        foreach (var command in new Func<Task>[] { () => host.Client.StartAsync(), () => host.Client.StopAsync(), () => host.Client.RestartAsync() })
            (await Should.ThrowAsync<InvalidOperationException>(() => Within.LimitAsync(command()))).Message.ShouldContain("until its host is restarted");
        if (actor != "stats")
            (await Within.LimitAsync(host.Client.GetStatsAsync())).StateReason.ShouldContain(actor);
        await Within.LimitAsync(host.StopAsync());
        host.States.Waiting.ShouldBe(0, "a broken stream is reported once");
    }
}
