namespace McpSseActors.Tests.EndToEnd;

/// <summary>A stored position belongs to the server and the principal under which its events were received, also when they change while the stream runs.</summary>
[Trait("Category", "Durability")]
public sealed class MovedStreamSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("moved-").FullName;
    private readonly LogLines _log = new();
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly TaskCompletionSource _release = new();

    private string Toml => Path.Combine(_folder, "mcp-sse.toml");

    public void Dispose()
    {
        _release.TrySetResult();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_begin_at_the_new_server_and_keep_the_position_for_the_old_one()
    {
        await using var old = Server("id: 7\ndata: same\n\n");
        await using var moved = Server("id: 7\ndata: same\n\n:\n\n", ":\n\n");
        await using (var host = await StartAsync(old))
        {
            await HandledAsync("7");
            await SavedAsync(old);
            await MoveAsync(host, moved);

            (await moved.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
            await HandledAsync("7", "7");
            await SavedAsync(moved);
            (await _log.UntilAsync("does not resume at its position")).ShouldEndWith($"Stream s does not resume at its position: it is one of {old.Url} and not of {moved.Url}");
            await host.Client.RestartAsync();
            (await moved.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("7", "this is one of the new server");
        }
    }

    [Fact]
    public async Task Should_not_store_an_ID_of_the_old_server_for_the_new_one_when_that_only_comments()
    {
        await using var old = Server("id: 7\ndata: 1\n\n");
        await using var moved = Server(":\n\n:\n\n");
        await using (var host = await StartAsync(old))
        {
            await HandledAsync("7");
            await SavedAsync(old);
            await old.NextRequestAsync();
            await MoveAsync(host, moved);
            await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).Comments.ShouldBe(2));
        }

        await moved.NextRequestAsync();
        Write(moved);
        await using (await StartAsync(moved))
            (await moved.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        await using (await StartAsync(old))
            (await old.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("7", "nothing of the new server has taken its place");
    }

    [Fact]
    public async Task Should_store_what_is_handled_after_the_move_for_the_old_server()
    {
        await using var old = Server("id: 7\ndata: slow\n\n");
        await using var moved = Server("");
        await using (var host = await StartAsync(old))
        {
            await old.NextRequestAsync();
            await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(1));
            await MoveAsync(host, moved);
            await moved.NextRequestAsync();
            _release.SetResult();
            await SavedAsync(old);
        }

        await using (await StartAsync(old))
            (await old.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("7");
    }

    [Fact]
    public async Task Should_begin_anew_for_another_principal_and_go_on_for_a_new_token_of_the_same()
    {
        await using var server = Server("id: 7\ndata: 1\n\n");
        await using var host = await StartAsync(server, Token("alice", 1));
        await HandledAsync("7");
        await SavedAsync(server);
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();

        await MoveAsync(host, server, Token("alice", 2));
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("7");
        await MoveAsync(host, server, Token("bob", 1));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        await _log.UntilAsync("does not resume at its position: it is one of another principal");
    }

    private static string Token(string subject, int number) =>
        $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"sub":"{{subject}}","jti":"{{number}}"}""")).TrimEnd('=')}.sig";

    private async Task HandledAsync(params string[] ids) => await Eventually.HoldsAsync(() => _handled.ShouldBe(ids));

    private async Task SavedAsync(ScriptedServer server)
    {
        await Eventually.HoldsAsync(() =>
        {
            using var file = new StreamReader(new FileStream(Path.Combine(_folder, "positions"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var last = file.ReadToEnd().Trim().Split('\n').Last(line => line.Contains("\\\"id\\\"", StringComparison.Ordinal));
            last.ShouldContain($"\\\"of\\\":\\\"{server.Url}\\\"");
            last.ShouldContain("\\\"id\\\":\\\"7\\\"");
        });
    }

    private async Task MoveAsync(McpSseHost host, ScriptedServer server, string key = "")
    {
        Write(server, key);
        await host.Client.ReloadAsync();
    }

    private void Write(ScriptedServer server, string key = "") =>
        File.WriteAllText(Toml, $"[mcp_sse]\nenable = true\nname = \"s\"\nserver_url = \"{server.Url}\"\nauth_key = \"{key}\"\n");

    private Task<McpSseHost> StartAsync(ScriptedServer server, string key = "")
    {
        Write(server, key);
        return McpSseHost.StartAsync(
            mcp => mcp
                .FromToml(Toml)
                .AddHandler(async (McpEvent received) =>
                {
                    if (received.Text == "slow")
                        await _release.Task;
                    _handled.Enqueue(received.EventId!);
                })
                .WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "positions"))),
            watch: _log.ListenTo);
    }

    private static ScriptedServer Server(string first, string then = "") => new(async exchange =>
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(exchange.Request.Header("Last-Event-ID") is null ? first : then);
        await exchange.StayAsync();
    });
}
