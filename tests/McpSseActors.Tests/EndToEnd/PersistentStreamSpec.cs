using System.Data.Common;
using McpSseActors.Actors.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>
/// Streams that are added at run time come back after a restart. A copy of the files, taken while the first host runs, is what a killed process
/// would leave behind.
/// </summary>
[Trait("Category", "Durability")]
public sealed class PersistentStreamSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streams-").FullName;
    private readonly DbDataSource _database;
    private readonly LogLines _log = new();

    public PersistentStreamSpec() => _database = TestDatabase.Open(_folder);

    public enum Kind
    {
        File, Database,
    }

    private string FilePath => Path.Combine(_folder, "one.positions");

    public void Dispose()
    {
        _database.Dispose();
        TestFolder.Delete(_folder);
    }

    [Theory]
    [InlineData(Kind.File)]
    [InlineData(Kind.Database)]
    public async Task Should_come_back_at_its_position_when_the_host_is_started_again(Kind kind)
    {
        await using var server = Numbers();
        await using (var first = await StartAsync(kind))
        {
            (await first.Client.AddStreamAsync(Options(server) with { ReadTimeout = TimeSpan.FromSeconds(33) }, persist: true)).ShouldBe("s");
            await HandledAsync(first);
        }

        await server.NextRequestAsync();
        await using var second = await StartAsync(kind);

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("3");
        (await second.Client.GetStreamsAsync()).ShouldBe(["s"]);
    }

    [Fact]
    public async Task Should_come_back_when_the_process_was_killed()
    {
        await using var server = Numbers();
        await using var first = await StartAsync(Kind.File);
        await first.Client.AddStreamAsync(Options(server), persist: true);
        await HandledAsync(first);
        await Eventually.HoldsAsync(async () => (await first.Client.GetStatsAsync("s")).PositionSavedTime.ShouldNotBeNull());
        await first.Client.AddStreamAsync(Options(server) with { Name = "t" });
        await server.NextRequestAsync();
        await server.NextRequestAsync();

        foreach (var file in new[] { "", ".streams" })
            File.Copy(FilePath + file, Path.Combine(_folder, "copy.positions" + file));
        await using var second = await McpSseHost.StartAsync(
            mcp => mcp.WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "copy.positions"))));

        (await second.Client.GetStreamsAsync()).ShouldBe(["s"], "the other was added without Persist");
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("3");
    }

    [Theory]
    [InlineData(Kind.File)]
    [InlineData(Kind.Database)]
    public async Task Should_not_come_back_when_it_was_removed(Kind kind)
    {
        await using var server = Numbers();
        await using (var first = await StartAsync(kind))
        {
            await first.Client.AddStreamAsync(Options(server), persist: true);
            await first.Client.RemoveStreamAsync("s");
            (await first.Client.GetStreamsAsync()).ShouldBeEmpty();
        }

        await using var second = await StartAsync(kind);

        (await second.Client.GetStreamsAsync()).ShouldBeEmpty();
        (await second.Client.RemoveStreamAsync("s")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(Kind.File)]
    [InlineData(Kind.Database)]
    public async Task Should_store_no_secret_and_fail_until_every_secret_is_supplied(Kind kind)
    {
        await using var server = Numbers();
        var options = Options(server) with
        {
            ServerUrl = $"{server.Url}?token=SECRET-query",
            AuthKey = "SECRET-key",
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Api-Key", "SECRET-header"),
            HttpMethod = "POST",
            HttpBody = "SECRET-body",
            ProxyUrl = "http://user:SECRET-proxy@127.0.0.1:9",
            SslCertPassword = "SECRET-password",
        };
        await using (var first = await StartAsync(kind))
        {
            await first.Client.AddStreamAsync(options with { Enabled = false }, persist: true);
            await first.Client.AddStreamAsync(options with { Name = "t", ProxyUrl = "none" }, persist: true);
            (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer SECRET-key");
        }

        ShouldHoldNoSecret();
        await using (var second = await StartAsync(kind, o => o with { AuthKey = o.Name == "t" ? "other" : "" }))
        {
            var failed = await second.States.UntilAsync(ConnectionState.Failed);
            failed.Stream.ShouldBe("t");
            failed.Reason.ShouldBe("server_url, custom_headers.X-Api-Key, ssl_cert_password, http_body are not stored, and not supplied: "
                + "supply them with OnRestore of WithDurableDelivery, or remove the stream and add it again");
            await second.Client.StartAsync("t");
            (await second.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldStartWith("server_url");
            server.Connections.ShouldBe(1, "without its secrets, no stream is connected");
        }

        await using var third = await StartAsync(kind, o => o.Name == "t"
            ? o with { AuthKey = "new", ServerUrl = o.ServerUrl + "?token=1", HttpBody = "body", SslCertPassword = "p", CustomHeaders = o.CustomHeaders.Add("x-api-key", "h") }
            : o);

        var request = await server.NextRequestAsync();
        (request.Header("Authorization"), request.Header("x-api-key"), request.Body).ShouldBe(("Bearer new", "h", "body"));
        await Eventually.HoldsAsync(async () => (await third.Client.GetStateAsync("s")).NewState.ShouldBe(ConnectionState.Disabled));
    }

    [Fact]
    public async Task Should_take_a_source_of_tokens_in_place_of_a_key_and_report_a_callback_that_throws()
    {
        await using var server = Numbers();
        await using (var first = await StartAsync(Kind.File))
        {
            await first.Client.AddStreamAsync(Options(server) with { Credentials = (_, _) => ValueTask.FromResult<string?>("old") }, persist: true);
            await server.NextRequestAsync();
        }

        await using (var second = await StartAsync(Kind.File, _ => throw new TimeoutException("SECRET")))
            (await second.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldBe("OnRestore failed (TimeoutException); the log has the details");
        await using (var third = await StartAsync(Kind.File))
            (await third.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldStartWith("Credentials is not stored");
        await using var fourth = await StartAsync(Kind.File, o => o with { AuthKey = "new" });

        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer new");
    }

    [Fact]
    public async Task Should_supply_what_every_stream_of_the_host_gets()
    {
        await using var server = Numbers();
        await using (var first = await StartAsync(Kind.File))
            await first.Client.AddStreamAsync(Options(server) with { AuthKey = "old", Enabled = false }, persist: true);

        await using var second = await McpSseHost.StartAsync(
            mcp => mcp.WithDurableDelivery(delivery => delivery.InFile(FilePath)),
            services: services => services.ConfigureMcpSseStreams(o => o with { AuthKey = "shared", Enabled = true }));

        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer shared");
    }

    [Fact]
    public async Task Should_refuse_when_nothing_can_be_stored()
    {
        await using var server = Numbers();
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(Options(server) with { Transport = StreamTransport.StreamableHttp, Enabled = false }));

        (await Should.ThrowAsync<InvalidOperationException>(() => host.Client.AddStreamAsync(new StreamOptions { Name = "t" }, persist: true))).Message
            .ShouldBe("Nothing is stored of stream 't': the host has no store of streams. "
                + "Call WithDurableDelivery with InFile, InDatabase or StreamsIn, or leave Persist out.");
        await Should.ThrowAsync<InvalidOperationException>(() => host.Client.AddMcpResourcesAsync(["demo://a"], persist: true));

        (await host.Client.GetStreamsAsync()).ShouldBe(["s"]);
        (await host.Client.GetMcpSubscriptionsAsync()).Requested.Resources.ShouldBeEmpty();
        await host.Client.AddStreamAsync(new StreamOptions { Name = "t" });
    }

    [Fact]
    public async Task Should_use_the_configured_stream_when_the_file_now_has_the_name()
    {
        await using var server = Numbers();
        await using (var first = await StartAsync(Kind.File))
            await first.Client.AddStreamAsync(Options(server) with { ServerUrl = "http://127.0.0.1:1/" }, persist: true);
        var toml = Path.Combine(_folder, "mcp-sse.toml");
        File.WriteAllText(toml, $"""
            [mcp_sse]
            name = "S"
            enable = true
            server_url = "{server.Url}"
            [mcp_sse.delivery]
            guarantee = "at-least-once"
            store = "one.positions"
            """);

        await using (var second = await McpSseHost.StartAsync(
            mcp => mcp.FromToml(toml).WithDurableDelivery(delivery => delivery.OnRestore(o => o)), watch: _log.ListenTo))
        {
            await server.NextRequestAsync();
            (await second.Client.GetStreamsAsync()).ShouldBe(["S"]);
            await _log.UntilAsync($"WarningLevel: Stream s is stored, but {toml} has a stream of this name, which is used instead");
            await second.Client.AddStreamAsync(Options(server) with { Name = "t" }, persist: true);
            File.AppendAllText(toml, "\n# changed\n");
            await second.Client.ReloadAsync();
            (await second.Client.GetStreamsAsync()).ShouldBe(["S", "t"], "a reload of the file leaves it alone");
        }

        await using var third = await StartAsync(Kind.File);
        (await third.Client.GetStreamsAsync()).ShouldBe(["s", "t"]);
    }

    [Theory]
    [InlineData("""{"version":2}""", "this version cannot read it")]
    [InlineData("nonsense", "this version cannot read it")]
    [InlineData("""{"version":1,"settings":"new_key = 1\n"}""", "unknown key")]
    [InlineData("""{"version":1,"settings":"enable = true\n"}""", "an enabled stream has no server_url")]
    public async Task Should_start_and_keep_the_definition_when_it_cannot_be_used(string definition, string reason)
    {
        var store = new MemoryStore();
        store.Streams["bad"] = new StoredStream("bad", definition);
        await using var server = Numbers();
        await using var host = await StartAsync(store);

        (await _log.UntilAsync("ErrorLevel: Stream bad, which was added at run time, is not restored: ")).ShouldContain(reason);
        store.Streams.ShouldContainKey("bad");
        (await host.Client.GetStreamsAsync()).ShouldBeEmpty();

        await host.Client.AddStreamAsync(Options(server), persist: true);
        (await host.Client.RemoveStreamAsync("bad")).ShouldBeTrue();
        store.Streams.Keys.ShouldBe(["s"]);
    }

    [Fact]
    public async Task Should_change_nothing_when_the_store_fails()
    {
        await using var server = Numbers();
        var store = new MemoryStore();
        await using var host = await StartAsync(store);
        await host.Client.AddStreamAsync(Options(server), persist: true);
        store.Fault = new IOException("No space left on device");

        (await Should.ThrowAsync<PositionStoreException>(() => host.Client.AddStreamAsync(Options(server) with { Name = "t" }, persist: true))).Message
            .ShouldBe("Stream 't' is not stored: the store of streams failed: No space left on device");
        (await Should.ThrowAsync<PositionStoreException>(() => host.Client.RemoveStreamAsync("s"))).Message
            .ShouldBe("Stream 's' stays: it can't be removed from the store: the store of streams failed: No space left on device");

        (await host.Client.GetStreamsAsync()).ShouldBe(["s"]);
        store.Fault = null;
        await host.Client.AddStreamAsync(Options(server) with { Name = "t" }, persist: true);
        (await host.Client.RemoveStreamAsync("s")).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_restore_later_when_the_store_cannot_be_read_at_the_start()
    {
        await using var server = Numbers();
        var store = new MemoryStore();
        await using (var first = await StartAsync(store))
            await first.Client.AddStreamAsync(Options(server), persist: true);
        store.Fault = new TimeoutException();
        await using var second = await StartAsync(store);

        (await second.Client.GetStreamsAsync()).ShouldBeEmpty("requests don't wait for a store that fails");
        await _log.UntilAsync("ErrorLevel: The streams that were added at run time can't be restored; trying again every 5 s");
        var health = (await second.Service<HealthCheckService>().CheckHealthAsync()).Entries["mcp-sse"];
        (health.Status, health.Description).ShouldBe((HealthStatus.Degraded, "0 of 0 stream(s) connected; the store of streams did not answer within 10 s"));
        store.Fault = null;

        await Eventually.HoldsAsync(async () => (await second.Client.GetStreamsAsync()).ShouldBe(["s"]));
        await Eventually.HoldsAsync(async () => (await second.Service<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy));
    }

    [Fact]
    public async Task Should_answer_who_waits_for_the_stored_streams_when_the_host_stops()
    {
        await using var host = await StartAsync(new MemoryStore { IsSilent = true });
        var asked = host.McpSse.Ask<StreamStats>(new GetStats("s"), Timeout.InfiniteTimeSpan);

        await host.StopAsync();

        (await Should.ThrowAsync<StreamNotFoundException>(() => Within.LimitAsync(asked))).Message.ShouldStartWith("Unknown stream 's'");
    }

    [Fact]
    public async Task Should_come_back_when_the_supervisor_has_crashed()
    {
        await using var server = Numbers();
        await using var host = await StartAsync(Kind.File);
        await host.Client.AddStreamAsync(Options(server), persist: true);
        await HandledAsync(host);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionSavedTime.ShouldNotBeNull());
        await host.Client.AddStreamAsync(Options(server) with { Name = "t", Enabled = false });
        await server.NextRequestAsync();

        host.McpSse.Tell(new RedeliverDeadLetter(null!));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("3");
        (await host.Client.GetStreamsAsync()).ShouldBe(["s"], "the other was added without Persist");
    }

    [Fact]
    public async Task Should_not_start_the_host_when_another_process_uses_the_file_or_it_is_damaged()
    {
        await File.WriteAllTextAsync(FilePath + ".streams", "something else\n");

        (await Should.ThrowAsync<PositionStoreException>(() => StartAsync(Kind.File))).Message
            .ShouldBe($"{FilePath}.streams is not a file of streams, or its beginning is damaged. It was left as it is; move it away to start without stored streams.");
        (await File.ReadAllTextAsync(FilePath + ".streams")).ShouldBe("something else\n");
    }

    [Fact]
    public async Task Should_create_no_file_when_nothing_is_stored_and_one_for_its_owner_only_otherwise()
    {
        await using var host = await StartAsync(Kind.File);
        (await host.Client.GetStreamsAsync()).ShouldBeEmpty();
        File.Exists(FilePath + ".streams").ShouldBeFalse();

        await host.Client.AddStreamAsync(new StreamOptions { Name = "t" }, persist: true);

        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(FilePath + ".streams").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void ShouldHoldNoSecret()
    {
        foreach (var file in Directory.EnumerateFiles(_folder).Where(file => !file.EndsWith("-journal", StringComparison.Ordinal)))
        {
            var bytes = Encoding.Latin1.GetString(ReadAll(file));
            foreach (var secret in new[] { "query", "key", "header", "body", "proxy", "password" }.Select(kind => $"SECRET-{kind}"))
            {
                bytes.ShouldNotContain(secret, Case.Insensitive, file);
                // Base64, wherever it begins within other text.
                foreach (var before in Enumerable.Range(0, 3))
                    bytes.ShouldNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(new string(' ', before) + secret))[4..^4], Case.Sensitive, file);
                bytes.ShouldNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), Case.Insensitive, file);
            }
        }
    }

    private static byte[] ReadAll(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }

    private static async Task HandledAsync(McpSseHost host) =>
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).HandledEventId.ShouldBe("3"));

    private Task<McpSseHost> StartAsync(Kind kind, Func<StreamOptions, StreamOptions>? restore = null) => McpSseHost.StartAsync(mcp => mcp
        .AddHandler((McpEvent _) => { })
        .WithDurableDelivery(delivery => (kind is Kind.File ? delivery.InFile(FilePath) : delivery.InDatabase(_database)).OnRestore(restore ?? (o => o))));

    private Task<McpSseHost> StartAsync(MemoryStore store) => McpSseHost.StartAsync(
        mcp => mcp.WithDurableDelivery(delivery => delivery.InFile(FilePath).StreamsIn(() => store)),
        watch: _log.ListenTo,
        services: services => services.AddHealthChecks(),
        akka: akka => akka.WithMcpSseHealthCheck());

    private static StreamOptions Options(ScriptedServer server) => new() { Name = "s", Enabled = true, ServerUrl = server.Url.ToString(), ShutdownTimeout = TimeSpan.FromSeconds(2) };

    private static ScriptedServer Numbers() => new(async exchange =>
    {
        await exchange.OpenAsync();
        if (exchange.Request.Header("Last-Event-ID") is null)
            await exchange.WriteAsync("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n");
        await exchange.StayAsync();
    });

    private sealed class MemoryStore : IStreamStore
    {
        public ConcurrentDictionary<string, StoredStream> Streams { get; } = new();

        public Exception? Fault { get; set; }

        public bool IsSilent { get; init; }

        public Task<IReadOnlyCollection<StoredStream>> LoadAsync(CancellationToken cancellation) => IsSilent
            ? new TaskCompletionSource<IReadOnlyCollection<StoredStream>>().Task
            : Fault is null ? Task.FromResult<IReadOnlyCollection<StoredStream>>([.. Streams.Values]) : Task.FromException<IReadOnlyCollection<StoredStream>>(Fault);

        public Task SaveAsync(StoredStream stream, CancellationToken cancellation) => ChangeAsync(() => Streams[stream.Stream] = stream);

        public Task RemoveAsync(string stream, CancellationToken cancellation) => ChangeAsync(() => Streams.TryRemove(stream, out _));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Task ChangeAsync(Action change)
        {
            if (Fault is not null)
                return Task.FromException(Fault);
            change();
            return Task.CompletedTask;
        }
    }
}
