using System.Text.Json;
using McpSseActors.Interop.Support;
using McpSseActors.TestServer.Scripted;
using McpSseActors.TestSupport;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>MCP events of servers on the official SDKs: the connection is cut, and the servers are killed.</summary>
[Trait("Category", "Interop")]
public sealed class EventsSpec
{
    private const string Tick = "tick";

    [Theory]
    [InlineData("c#, events", McpEventMode.Push, 50)]
    [InlineData("typescript, events", McpEventMode.Push, 50)]
    [InlineData("c#, events", McpEventMode.Poll, 10)]
    [InlineData("typescript, events", McpEventMode.Poll, 10)]
    public async Task Should_handle_every_event_once_when_the_connection_is_cut_again_and_again(string kind, McpEventMode mode, int cuts)
    {
        using var server = await RealServer.StartAsync(kind);
        await using var relay = new TcpRelay(server.Port);
        await using var listener = await SubscribeAsync(server.Url.Replace($":{server.Port}", $":{relay.Port}", StringComparison.Ordinal), mode);
        var random = new Random(cuts);

        foreach (var after in Enumerable.Range(1, cuts).Select(_ => random.Next(1, RealServer.Events * 9 / 10)).Order())
        {
            await HearAsync(listener, after);
            var attempts = (await listener.StatsAsync()).TotalReconnectAttempts;
            await relay.DownAsync();
            await Eventually.HoldsAsync(async () => (await listener.StatsAsync()).TotalReconnectAttempts.ShouldBeGreaterThan(attempts));
            relay.Up();
        }

        await HearAsync(listener, RealServer.Events);
        ShouldBeWhole(listener);
        listener.Count(McpGapEvent.Type).ShouldBe(0);
    }

    [Theory]
    [InlineData("c#, events", McpEventMode.Push)]
    [InlineData("typescript, events", McpEventMode.Push)]
    [InlineData("c#, events", McpEventMode.Poll)]
    [InlineData("typescript, events", McpEventMode.Poll)]
    public async Task Should_handle_every_event_once_when_the_server_was_killed(string kind, McpEventMode mode)
    {
        using var server = await RealServer.StartAsync(kind);
        await using var listener = await SubscribeAsync(server.Url, mode);

        foreach (var after in (int[])[100, 300, 600])
        {
            await HearAsync(listener, after);
            server.Kill();
            await server.StartAsync();
        }

        await HearAsync(listener, RealServer.Events);
        ShouldBeWhole(listener);
        listener.Count(McpGapEvent.Type).ShouldBe(0);
    }

    [Theory]
    [InlineData("c#, events")]
    [InlineData("typescript, events")]
    public async Task Should_list_the_types_with_their_schemas_when_it_is_asked(string kind)
    {
        using var server = await RealServer.StartAsync(kind);
        await using var listener = await SubscribeAsync(server.Url, McpEventMode.Auto);

        var type = (await listener.Client.GetEventTypesAsync()).Types.ShouldHaveSingleItem();

        type.Name.ShouldBe(Tick);
        type.Delivery.ShouldBe([McpEventDelivery.Push, McpEventDelivery.Poll]);
        type.InputSchema.ShouldNotBeNull().GetProperty("properties").TryGetProperty("parity", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("c#, events")]
    [InlineData("typescript, events")]
    public async Task Should_get_only_what_the_arguments_ask_for(string kind)
    {
        using var server = await RealServer.StartAsync(kind);
        await using var listener = await SubscribeAsync(server.Url, McpEventMode.Push, """{"parity":"even"}""");

        await Eventually.HoldsAsync(() => listener.Count(Tick).ShouldBeGreaterThan(50));

        Numbers(listener).ShouldAllBe(number => number % 2 == 0);
    }

    private static Task<Listener> SubscribeAsync(string url, McpEventMode mode, string arguments = "{}") => Listener.StartAsync(url, stream => stream with
    {
        Transport = StreamTransport.Events,
        Event = new McpEventSubscription { Name = Tick, Arguments = arguments, Mode = mode },
    });

    // Up to the event with this number; those before the subscription do not count.
    private static Task HearAsync(Listener listener, int number) =>
        Eventually.HoldsAsync(() => Numbers(listener).LastOrDefault().ShouldBeGreaterThanOrEqualTo(number));

    private static void ShouldBeWhole(Listener listener)
    {
        var numbers = Numbers(listener);
        numbers.Length.ShouldBeGreaterThan(RealServer.Events / 2);
        numbers.ShouldBe(Enumerable.Range(numbers[0], RealServer.Events - numbers[0] + 1));
    }

    private static int[] Numbers(Listener listener) => [.. listener.Said(Tick).Select(said => JsonElement.Parse(said).GetProperty("number").GetInt32())];
}
