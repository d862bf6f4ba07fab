namespace McpSseActors.Tests.EndToEnd;

/// <summary>What becomes of a file that is wrong, replaced, gone, or not watched. The stream connects nowhere: its statistics tell what was applied.</summary>
public sealed class ReloadFileSpec : IDisposable
{
    private const string Wrong = "[mcp_sse]\nname = \"s\"\nread_timout = 60\njitter = 2\n";

    private readonly EditedFile _file = new(Text("first"));
    private readonly LogLines _log = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Should_change_nothing_and_say_why_when_the_file_is_wrong_and_go_on_when_it_is_repaired()
    {
        await using var host = await StartAsync();

        _file.Write(Wrong);
        var faulty = await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.ReloadAsync());

        faulty.Faults.Select(fault => (fault.Line, fault.Key)).ShouldBe([(3, "mcp_sse.read_timout"), (4, "mcp_sse.jitter")]);
        foreach (var fault in faulty.Faults)
            await _log.UntilAsync($"ErrorLevel: {_file.Path} is not applied; the former configuration stays in effect: {fault}");
        (await SubscribedAsync(host)).ShouldBe("first");

        _file.Write(Text("second"));
        await AppliedAsync(host, "second");
        await _log.CaughtUpAsync();
        _log.Containing("is not applied").Count().ShouldBe(2, "a file is judged once");
    }

    [Fact]
    public async Task Should_say_once_that_a_watched_file_is_wrong_when_nobody_asks()
    {
        await using var host = await StartAsync();

        _file.Write(Wrong);
        await _log.UntilAsync("is not applied", count: 2);
        _file.Write(Text("second"));
        await AppliedAsync(host, "second");

        await _log.CaughtUpAsync();
        _log.Containing("is not applied").Count().ShouldBe(2);
        _log.Containing("was not delivered").ShouldBeEmpty("nobody asked, so nobody is answered");
    }

    [Fact]
    public async Task Should_say_that_delivery_applies_at_the_next_start_when_its_table_is_edited()
    {
        await using var host = await StartAsync();

        _file.Write(Text("second") + "\n[mcp_sse.delivery.retry.by_handler.mine]\nmax_attempts = 2\n");
        await AppliedAsync(host, "second");
        (await _log.UntilAsync("[mcp_sse.delivery] has changed")).ShouldContain("it applies when the host starts again");

        _file.Write(Text("third") + "\n");
        await AppliedAsync(host, "third");
        await _log.CaughtUpAsync();
        _log.Containing("[mcp_sse.delivery] has changed").Count().ShouldBe(1);
    }

    [Fact]
    public async Task Should_apply_each_when_the_file_is_overwritten_deleted_back_and_replaced()
    {
        await using var host = await StartAsync();

        _file.Overwrite(Text("second"));
        await AppliedAsync(host, "second");

        _file.Delete();
        (await _log.UntilAsync("is not applied")).ShouldContain("the file does not exist");
        (await SubscribedAsync(host)).ShouldBe("second");

        _file.Write(Text("second"));
        (await _log.UntilAsync("Reloaded", count: 2)).ShouldEndWith(": nothing has changed");
        _file.Write(Text("third"));
        await AppliedAsync(host, "third");
    }

    [Fact]
    public async Task Should_apply_only_when_asked_when_the_file_is_not_watched()
    {
        await using var host = await StartAsync(isWatched: false);

        (await host.Client.ReloadAsync()).ShouldBeEmpty();
        _file.Write(Text("second"));
        (await SubscribedAsync(host)).ShouldBe("first");

        var change = (await host.Client.ReloadAsync()).ShouldHaveSingleItem();
        change.ToString().ShouldBe("s: subscribed_events");
        change.Kind.ShouldBe(ConfigurationChangeKind.Changed);
        await AppliedAsync(host, "second");
    }

    [Fact]
    public async Task Should_name_the_faults_of_all_files_when_two_are_wrong_and_apply_the_third()
    {
        using var one = new EditedFile("[mcp_sse]\nname = \"one\"\n");
        using var two = new EditedFile("[mcp_sse]\nname = \"two\"\n");
        await using var host = await StartAsync(isWatched: false, mcp => mcp.FromToml(one.Path).FromToml(two.Path));
        one.Write("[mcp_sse]\nname = \"one\"\njitter = 2\n");
        two.Write("[mcp_sse]\nname = \"s\"\n");
        _file.Write(Text("second"));

        var faulty = await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.ReloadAsync());

        faulty.Faults.Select(fault => fault.Source).ShouldBe([one.Path, two.Path]);
        faulty.Faults[1].Problem.ShouldBe("another stream has the name 's'");
        await AppliedAsync(host, "second");
        (await host.Client.GetStreamsAsync()).ShouldBe(["one", "s", "two"]);
    }

    [Fact]
    public async Task Should_bring_back_a_stream_that_was_removed_when_the_file_says_something_new_of_it()
    {
        await using var host = await StartAsync(isWatched: false);
        await host.Client.RemoveStreamAsync("s");

        await host.Client.ReloadAsync();
        (await host.Client.GetStreamsAsync()).ShouldBeEmpty();
        _file.Write(Text("second"));
        await host.Client.ReloadAsync();

        await AppliedAsync(host, "second");
    }

    [Fact]
    public async Task Should_say_that_a_pipe_cannot_be_watched_when_the_configuration_comes_through_one()
    {
        var pipe = _file.Path + ".pipe";
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", pipe))
            await mkfifo.WaitForExitAsync();
        try
        {
            var written = Task.Run(() => File.WriteAllText(pipe, Text("first")));
            await using var host = await McpSseHost.StartAsync(
                mcp => mcp.FromToml(pipe, reload: true), LogLines.Hocon + "mcp-sse.reload-interval = 10ms", watch: _log.ListenTo);
            await written;

            await _log.UntilAsync("cannot be watched, because it is not a regular file");
            (await SubscribedAsync(host)).ShouldBe("first");
            var refused = await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.ReloadAsync());
            refused.Faults.ShouldHaveSingleItem().Problem.ShouldBe("it cannot be read again, because it is not a regular file");
            (await _log.UntilAsync("is not applied")).ShouldContain("it cannot be read again");
        }
        finally
        {
            File.Delete(pipe);
        }
    }

    [Fact]
    public async Task Should_log_ten_faults_when_there_are_thousands()
    {
        await using var host = await StartAsync();

        _file.Write(string.Concat(Enumerable.Repeat("]\n", 50_000)));
        var faulty = await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.ReloadAsync());

        faulty.Faults.Length.ShouldBe(101);
        await _log.UntilAsync("has 91 more faults");
        await _log.CaughtUpAsync();
        _log.Containing("is not applied").Count().ShouldBe(10);
    }

    [Fact]
    public async Task Should_say_no_secret_when_secrets_change()
    {
        var overheard = new Overheard();
        string Secrets(string name) => "[mcp_sse]\nname = \"s\"\nhttp_method = \"POST\"\n"
            + $"server_url = \"http://127.0.0.1:1/?SECRET{name}\"\nauth_key = \"SECRET{name}\"\nhttp_body = \"SECRET{name}\"\nproxy_url = \"http://u:SECRET{name}@h:1\"\n"
            + $"ssl_cert_password = \"SECRET{name}\"\ncustom_headers = {{ X-Key = \"SECRET{name}\" }}\n";
        _file.Write(Secrets("a"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.FromToml(_file.Path), Overheard.Everything, watch: overheard.ListenTo);

        _file.Write(Secrets("b"));
        foreach (var change in await host.Client.ReloadAsync())
            overheard.Add(change);
        _file.Write(Secrets("c") + "jitter = \"SECRET\"\n");
        overheard.Add(await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.ReloadAsync()));
        overheard.Add(await host.Client.GetStatsAsync());
        await overheard.UntilAsync("toml: s: server_url, auth_key, custom_headers, ssl_cert_password, proxy_url, http_body");
        await overheard.UntilAsync("is not applied");
        await host.StopAsync();

        overheard.ShouldHoldNo("SECRET");
    }

    private static string Text(string subscribed) => $"[mcp_sse]\nname = \"s\"\nsubscribed_events = [\"{subscribed}\"]\n";

    private static async Task<string> SubscribedAsync(McpSseHost host) => (await host.Client.GetStatsAsync("s")).SubscribedEvents.ShouldHaveSingleItem();

    private static Task AppliedAsync(McpSseHost host, string subscribed) =>
        Eventually.HoldsAsync(async () => (await SubscribedAsync(host)).ShouldBe(subscribed));

    private Task<McpSseHost> StartAsync(bool isWatched = true, Action<McpSseBuilder>? more = null) => McpSseHost.StartAsync(
        mcp =>
        {
            mcp.FromToml(_file.Path, isWatched);
            more?.Invoke(mcp);
        },
        LogLines.Hocon + "mcp-sse.reload-interval = 50ms",
        watch: _log.ListenTo);
}
