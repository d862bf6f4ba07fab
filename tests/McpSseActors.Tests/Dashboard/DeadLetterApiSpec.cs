using McpSseActors.Dashboard;
using Microsoft.AspNetCore.Builder;

namespace McpSseActors.Tests.Dashboard;

/// <summary>Dead letters are found, looked at, retried and discarded, by users who may.</summary>
public sealed class DeadLetterApiSpec
{
    private const string Events = "id: 1\nevent: chat.message\ndata: apples\n\n"
        + "id: 2\nevent: chat.message\ndata: pears\n\nid: 3\nevent: user.login\ndata: plums\n\n";
    private volatile bool _isBroken = true;

    [Fact]
    public async Task Should_find_and_show_letters_when_handlers_have_failed()
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await StartAsync(server);

        var all = await LettersAsync(host, "");
        var first = all.GetProperty("letters")[0];
        var letter = await host.GetAsync($"api/v1/dead-letters/{first.GetProperty("id").GetString()}");
        var page = await LettersAsync(host, "?count=2");

        all.GetProperty("count").GetInt32().ShouldBe(3);
        Ids(all).ShouldBe(["1", "2", "3"]);
        (first.GetProperty("handler").GetString(), first.GetProperty("attempts").GetInt32()).ShouldBe(("mine", 1));
        first.GetProperty("fault").GetString().ShouldBe("System.InvalidOperationException: cannot take apples");
        first.TryGetProperty("data", out _).ShouldBeFalse();
        letter.GetProperty("data").GetString().ShouldBe("apples");
        Ids(await LettersAsync(host, "?type=chat.*")).ShouldBe(["1", "2"]);
        Ids(await LettersAsync(host, "?text=PEARS")).ShouldBe(["2"]);
        Ids(await LettersAsync(host, "?handler=nobody")).ShouldBeEmpty();
        Ids(await LettersAsync(host, "?until=2020-01-01T00:00:00Z")).ShouldBeEmpty();
        Ids(await LettersAsync(host, $"?count=2&after={page.GetProperty("next").GetString()}")).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Should_retry_and_discard_what_is_selected_when_an_operator_asks()
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await StartAsync(server);
        var id = (await LettersAsync(host, "?text=apples")).GetProperty("letters")[0].GetProperty("id").GetString();

        var failed = await ActAsync(host, "retry", $$"""{"ids":["{{id}}"]}""");
        failed.GetProperty("failed").GetInt32().ShouldBe(1);
        failed.GetProperty("faults")[0].GetProperty("reason").GetString()!.ShouldContain("failed again");
        _isBroken = false;
        (await ActAsync(host, "retry", $$"""{"ids":["{{id}}"]}""")).GetProperty("handled").GetInt32().ShouldBe(1);
        (await ActAsync(host, "discard", """{"filter":{"text":"pears"}}""")).GetProperty("discarded").GetInt32().ShouldBe(1);
        Ids(await LettersAsync(host, "")).ShouldBe(["3"]);
        (await ActAsync(host, "discard", """{"filter":{}}""")).GetProperty("discarded").GetInt32().ShouldBe(1);
        host.Log.ShouldContain("somebody at 127.0.0.1 discarded 1 dead letter(s) in the dashboard");
    }

    [Fact]
    public async Task Should_discard_all_that_contain_a_text_when_they_are_more_than_one_answer_lists()
    {
        const int Count = 1100;
        await using var server = new ScriptedServer(Sends(string.Concat(Enumerable.Range(1, Count).Select(id => $"id: {id}\ndata: apple {id}\n\n"))));
        await using var host = await StartAsync(server, count: Count);

        var listed = await LettersAsync(host, "?text=apple&count=1000");
        var discarded = await ActAsync(host, "discard", """{"filter":{"text":"apple"}}""");

        listed.GetProperty("letters").GetArrayLength().ShouldBe(1000);
        discarded.GetProperty("discarded").GetInt32().ShouldBe(Count);
        Ids(await LettersAsync(host, "")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"ids\":[\"1\"],\"filter\":{}}")]
    [InlineData("{\"ids\":[\"\"]}")]
    [InlineData("{\"filter\":{\"steam\":\"s\"}}")]
    [InlineData("{\"all\":true}")]
    public async Task Should_discard_nothing_when_the_selection_is_not_clear(string body)
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await StartAsync(server);

        using var answer = await host.ActAsync("api/v1/dead-letters/discard", body);

        (await DashboardHost.ProblemAsync(answer, HttpStatusCode.BadRequest)).ShouldContain("an empty filter selects all");
        (await LettersAsync(host, "")).GetProperty("count").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Should_show_neither_data_nor_what_quotes_it_when_the_policy_forbids_it()
    {
        await using var server = new ScriptedServer(Sends(Events));
        await using var host = await StartAsync(server, app => app
            .MapMcpSseDashboard(configure: options => options.PayloadPolicy = "read").RequireAuthorization("see"));
        var letters = await LettersAsync(host, "", "ann");
        var id = letters.GetProperty("letters")[0].GetProperty("id").GetString();

        var letter = await host.GetAsync($"api/v1/dead-letters/{id}", "ann");
        using var search = await host.SendAsync(HttpMethod.Get, "api/v1/dead-letters?text=apples", "ann");
        using var discard = await host.ActAsync("api/v1/dead-letters/discard", """{"filter":{"text":"apples"}}""", "ann");

        $"{letters}{letter}".ShouldNotContain("apples");
        letter.GetProperty("fault").GetString().ShouldBe("System.InvalidOperationException");
        search.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        discard.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await host.GetAsync($"api/v1/dead-letters/{id}", "cat+reader")).GetProperty("data").GetString().ShouldBe("apples");
    }

    private async Task<DashboardHost> StartAsync(ScriptedServer server, Action<WebApplication>? map = null, int count = 3)
    {
        var handler = HandlerRegistration.ForDelegate("*", (McpEvent received) =>
        {
            if (_isBroken)
                throw new InvalidOperationException($"cannot take {received.Text}");
        }) with
        { Name = "mine", Retry = new RetryOptions { MaxAttempts = 1 } };
        var host = await DashboardHost.StartAsync(
            mcp => mcp.AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" }).AddHandler(handler), map, DashboardHost.AddUsers);
        await Eventually.HoldsAsync(async () => (await host.Client.CountDeadLettersAsync()).Count.ShouldBe(count));
        return host;
    }

    private static Task<JsonElement> LettersAsync(DashboardHost host, string query, string? user = null) => host.GetAsync($"api/v1/dead-letters{query}", user);

    private static async Task<JsonElement> ActAsync(DashboardHost host, string what, string body)
    {
        using var answer = await host.ActAsync($"api/v1/dead-letters/{what}", body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }

    private static string[] Ids(JsonElement letters) =>
        [.. letters.GetProperty("letters").EnumerateArray().Select(each => each.GetProperty("eventId").GetString()!)];
}
