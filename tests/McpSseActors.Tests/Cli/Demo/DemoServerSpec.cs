using System.Globalization;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Tests.Cli.Demo;

public sealed class DemoServerSpec
{
    private static readonly DemoServerOptions Fast = new() { Rate = 500, ReplayToNewClients = true, WaitForClient = true };

    [Fact]
    public async Task Should_send_every_type_as_json_when_events_suffice()
    {
        await using var server = await DemoServer.StartAsync(Fast with { Events = 12 });
        using var reader = new SseReader();
        using var response = await reader.OpenAsync(server.Url);
        var types = new List<string>();
        while (types.Count < 12 && await reader.NextAsync() is { } received)
        {
            types.Add(received.Type);
            JsonDocument.Parse(received.Data).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        }

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        types.ShouldBe(SampleEvents.Types, ignoreOrder: true);
        server.ProducedByType.Values.ShouldAllBe(count => count == 1);
    }

    [Fact]
    public async Task Should_replay_exactly_the_rest_when_a_client_resumes()
    {
        await using var server = await DemoServer.StartAsync(Fast with { Events = 30 });
        using (var first = new SseReader())
        {
            using var opened = await first.OpenAsync(server.Url);
            (await first.IdsAsync(30)).Count.ShouldBe(30);
        }

        using var second = new SseReader();
        using var resumed = await second.OpenAsync(server.Url, lastEventId: "10");

        (await second.IdsAsync(20)).ShouldBe(Ids(11, 30));
    }

    [Fact]
    public async Task Should_replay_what_is_left_when_the_last_event_id_is_too_old()
    {
        await using var server = await DemoServer.StartAsync(Fast with { Events = 30, ReplayBuffer = 5 });
        using (var first = new SseReader())
        {
            using var opened = await first.OpenAsync(server.Url);
            while (server.Produced < 30)
                await first.NextAsync();
        }

        using var second = new SseReader();
        using var resumed = await second.OpenAsync(server.Url, lastEventId: "3");

        (await second.IdsAsync(5)).ShouldBe(Ids(26, 30));
    }

    [Fact]
    public async Task Should_start_from_the_oldest_when_the_last_event_id_is_from_another_run()
    {
        await using var server = await DemoServer.StartAsync(Fast with { Events = 5, IdPrefix = "b-" });
        using var reader = new SseReader();
        using var opened = await reader.OpenAsync(server.Url, lastEventId: "a-4");

        (await reader.IdsAsync(5)).ShouldBe(["b-1", "b-2", "b-3", "b-4", "b-5"]);
    }

    [Fact]
    public async Task Should_cut_an_event_in_half_when_the_plan_says_so()
    {
        var seen = new ConcurrentQueue<ServerActivity>();
        var plan = DropPlan.Sequence(new Drop(4, MidEvent: true));
        await using var server = await DemoServer.StartAsync(Fast with { Events = 10, Drops = plan }, seen.Enqueue);
        using var reader = new SseReader();
        using var opened = await reader.OpenAsync(server.Url);

        (await reader.IdsAsync(4)).ShouldBe(Ids(1, 4));
        (await reader.LineAsync()).ShouldBe("id: 5");
        while (await reader.LineAsync() is { } line)
            line.ShouldNotBe("", "the half event must not be complete");

        using var second = new SseReader();
        using var resumed = await second.OpenAsync(server.Url, lastEventId: "4");
        (await second.IdsAsync(6)).ShouldBe(Ids(5, 10));
        await Eventually.HoldsAsync(() => server.Aborts.ShouldBe(1));
        server.Connections.ShouldBe(2);
        seen.ShouldContain(activity => activity.Kind == ServerActivityKind.Resumed && activity.LastEventId == "4");
    }

    [Fact]
    public async Task Should_refuse_the_next_requests_when_a_drop_asks_for_it()
    {
        var plan = DropPlan.Sequence(new Drop(1, ThenRefuse: 2));
        await using var server = await DemoServer.StartAsync(Fast with { Events = 3, Drops = plan });
        using (var first = new SseReader())
        {
            using var opened = await first.OpenAsync(server.Url);
            (await first.IdsAsync(99)).ShouldBe(["1"]);
        }

        var answers = new List<HttpStatusCode>();
        for (var request = 0; request < 3; request++)
        {
            using var reader = new SseReader();
            using var response = await reader.OpenAsync(server.Url, lastEventId: "1");
            answers.Add(response.StatusCode);
        }

        answers.ShouldBe([HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK]);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData("secret", HttpStatusCode.OK)]
    public async Task Should_ask_for_the_key_when_it_has_one(string? key, HttpStatusCode expected)
    {
        await using var server = await DemoServer.StartAsync(Fast with { AuthKey = "secret" });
        using var reader = new SseReader();
        using var response = await reader.OpenAsync(server.Url, key: key);

        response.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Should_say_retry_first_and_comment_on_silence_when_asked_to()
    {
        var options = Fast with { Events = 1, Retry = TimeSpan.FromMilliseconds(250), Heartbeat = TimeSpan.FromMilliseconds(20) };
        await using var server = await DemoServer.StartAsync(options);
        using var reader = new SseReader();
        using var opened = await reader.OpenAsync(server.Url);
        await reader.NextAsync();

        reader.Retry.ShouldBe("250");
        string? line;
        do
            line = await reader.LineAsync();
        while (line is "");
        line.ShouldBe(": heartbeat");
    }

    [Fact]
    public async Task Should_make_the_same_events_when_the_seed_is_the_same()
    {
        var runs = new List<List<string>>();
        foreach (var seed in new[] { 7, 7, 8 })
        {
            await using var server = await DemoServer.StartAsync(Fast with { Events = 40, Seed = seed });
            using var reader = new SseReader();
            using var opened = await reader.OpenAsync(server.Url);
            var data = new List<string>();
            while (data.Count < 40 && await reader.NextAsync() is { } received)
                data.Add(received.Data);
            runs.Add(data);
        }

        runs[1].ShouldBe(runs[0]);
        runs[2].ShouldNotBe(runs[0]);
    }

    private static string[] Ids(int from, int to) =>
        [.. Enumerable.Range(from, to - from + 1).Select(number => number.ToString(CultureInfo.InvariantCulture))];
}
