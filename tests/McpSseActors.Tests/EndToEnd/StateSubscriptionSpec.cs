using Akka.Event;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Who subscribes by message hears of every change, and of none too many.</summary>
public sealed class StateSubscriptionSpec
{
    [Fact]
    public async Task Should_tell_every_change_in_order_when_one_subscribes_in_the_middle_of_many()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(server, "s");
        using var subscriber = Inbox.Create(host.System);
        var isEnough = false;
        var commands = Task.Run(async () =>
        {
            for (var i = 0; !Volatile.Read(ref isEnough); i++)
                await (i % 3 == 0 ? host.Client.StopAsync() : host.Client.RestartAsync());
        });
        await server.NextRequestAsync();
        await server.NextRequestAsync();

        var state = (await SubscribeAsync(host, subscriber)).States.ShouldHaveSingleItem().NewState;

        for (var i = 0; i < 100; i++)
        {
            var change = await NextAsync(subscriber);
            change.OldState.ShouldBe(state, "no change is left out");
            state = change.NewState;
        }

        Volatile.Write(ref isEnough, true);
        await Within.LimitAsync(commands);
    }

    [Fact]
    public async Task Should_tell_of_all_streams_also_those_that_come_later_when_no_stream_is_named()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(server, "s");
        await host.States.UntilAsync(ConnectionState.Connected);
        using var subscriber = Inbox.Create(host.System);

        (await SubscribeAsync(host, subscriber)).States.Select(last => (last.Stream, last.NewState)).ShouldBe([("s", ConnectionState.Connected)]);
        await host.Client.AddStreamAsync(Options(server, "t"));

        foreach (var state in new[] { ConnectionState.Connecting, ConnectionState.Connected })
            (await NextAsync(subscriber)).ShouldSatisfyAllConditions(change => change.Stream.ShouldBe("t"), change => change.NewState.ShouldBe(state));
        await host.Client.RemoveStreamAsync("t");
        (await NextAsync(subscriber)).Reason.ShouldBe("removed");
        (await SubscribeAsync(host, subscriber)).States.ShouldHaveSingleItem().Stream.ShouldBe("s");
    }

    [Fact]
    public async Task Should_tell_of_the_named_streams_alone_when_streams_are_named()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(server, "a", "b", "c");
        await Eventually.HoldsAsync(async () => (await host.Client.GetAllStatsAsync()).ShouldAllBe(stats => stats.IsConnected));
        using var subscriber = Inbox.Create(host.System);

        (await SubscribeAsync(host, subscriber, "a")).States.ShouldHaveSingleItem().Stream.ShouldBe("a");
        (await SubscribeAsync(host, subscriber, "c")).States.ShouldHaveSingleItem().Stream.ShouldBe("c");
        foreach (var stream in new[] { "a", "b", "c" })
            await host.Client.StopAsync(stream);

        new[] { (await NextAsync(subscriber)).Stream, (await NextAsync(subscriber)).Stream }.ShouldBe(["a", "c"], ignoreOrder: true);
        // Nothing can be behind: the answer comes after every change that was told before it.
        subscriber.Send(host.McpSse, new UnsubscribeStates());
        (await subscriber.ReceiveAsync(Within.Limit)).ShouldBe(new StatesUnsubscribed(true));
    }

    [Fact]
    public async Task Should_go_on_with_the_stream_that_takes_the_name_when_the_stream_is_removed()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(server, "s");
        await host.States.UntilAsync(ConnectionState.Connected);
        using var subscriber = Inbox.Create(host.System);
        await SubscribeAsync(host, subscriber, "s");

        await host.Client.RemoveStreamAsync("s");
        await host.Client.AddStreamAsync(Options(server, "s"));

        (await NextAsync(subscriber)).NewState.ShouldBe(ConnectionState.Stopped);
        (await NextAsync(subscriber)).ShouldSatisfyAllConditions(
            change => change.OldState.ShouldBe(ConnectionState.Idle), change => change.NewState.ShouldBe(ConnectionState.Connecting));
    }

    [Fact]
    public async Task Should_tell_nothing_more_when_the_subscription_has_ended()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(server, "s");
        await host.States.UntilAsync(ConnectionState.Connected);
        using var subscriber = Inbox.Create(host.System);
        await SubscribeAsync(host, subscriber);

        foreach (var existed in new[] { true, false })
        {
            subscriber.Send(host.McpSse, new UnsubscribeStates());
            (await subscriber.ReceiveAsync(Within.Limit)).ShouldBe(new StatesUnsubscribed(existed));
        }

        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        // The supervisor has been told of the change before it answers this.
        await SubscribeAsync(host, subscriber, "s");
    }

    [Fact]
    public async Task Should_tell_nobody_when_a_subscriber_has_stopped_or_only_asked()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(server, "s");
        await host.States.UntilAsync(ConnectionState.Connected);
        using var lost = Inbox.Create(host.System);
        host.System.EventStream.Subscribe(lost.Receiver, typeof(AllDeadLetters));
        using var subscriber = Inbox.Create(host.System);
        await SubscribeAsync(host, subscriber);
        (await host.McpSse.Ask<StatesSubscribed>(new SubscribeStates(), Within.Limit)).States.ShouldHaveSingleItem();

        await subscriber.Receiver.GracefulStop(Within.Limit);
        await Eventually.HoldsAsync(async () => (await host.McpSse.Ask<StatesUnsubscribed>(new UnsubscribeStates(), Within.Limit)).Existed.ShouldBeFalse());
        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);

        await host.Client.GetStreamsAsync();
        host.System.EventStream.Publish(new DeadLetter("the last", ActorRefs.Nobody, ActorRefs.Nobody));
        while (((AllDeadLetters)await lost.ReceiveAsync(Within.Limit)).Message is var letter && letter is not "the last")
            letter.ShouldNotBeOfType<StreamStateChanged>();
    }

    [Fact]
    public async Task Should_say_which_there_are_when_the_stream_is_unknown()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await StartAsync(server, "s");

        var unknown = await Should.ThrowAsync<StreamNotFoundException>(() => host.McpSse.Ask<StatesSubscribed>(new SubscribeStates("nobody"), Within.Limit));

        unknown.Message.ShouldBe("Unknown stream 'nobody'; the streams are: s.");
    }

    private static async Task<StatesSubscribed> SubscribeAsync(McpSseHost host, Inbox subscriber, string? stream = null)
    {
        subscriber.Send(host.McpSse, new SubscribeStates(stream));
        return (await subscriber.ReceiveAsync(Within.Limit)).ShouldBeOfType<StatesSubscribed>();
    }

    private static async Task<StreamStateChanged> NextAsync(Inbox subscriber) =>
        (await subscriber.ReceiveAsync(Within.Limit)).ShouldBeOfType<StreamStateChanged>();

    private static StreamOptions Options(ScriptedServer server, string name) =>
        Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = server.Url.ToString() }) with { Name = name };

    private static Task<McpSseHost> StartAsync(ScriptedServer server, params string[] names) => McpSseHost.StartAsync(mcp =>
    {
        foreach (var name in names)
            mcp.AddStream(Options(server, name));
    });
}
