namespace McpSseActors.Tests.Mcp.Events;

/// <summary>What belongs to one principal is not used for another, also when no positions are stored.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsPrincipalSpec : McpSpec, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("principal-").FullName;
    private readonly EventsMcp _server = new();

    private string Toml => Path.Combine(_folder, "mcp-sse.toml");

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_begin_anew_for_another_principal_and_go_on_for_a_new_token_of_the_same()
    {
        Write("alice", 1);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.FromToml(Toml).AddHandler(Events.Collect));
        await (await _server.SubscribedAsync()).EventAsync("e1", "c1");
        (await Events.NextAsync()).EventId.ShouldBe("e1");

        Write("alice", 2);
        await host.Client.ReloadAsync();
        var second = await _server.SubscribedAsync(2);
        second.Cursor.ShouldBe("\"c1\"");
        await second.EventAsync("e1", "c1");
        await second.EventAsync("e2", "c2");
        (await Events.NextAsync()).EventId.ShouldBe("e2");
        Write("bob", 1);
        await host.Client.ReloadAsync();

        var third = await _server.SubscribedAsync(3);
        third.Cursor.ShouldBe("null");
        await third.EventAsync("e1", "d1");
        var other = await Events.NextAsync();
        (other.EventId, other.LastEventId).ShouldBe(("e1", "d1"));
    }

    private void Write(string subject, int number)
    {
        var claims = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"sub":"{{subject}}","jti":"{{number}}"}""")).TrimEnd('=');
        File.WriteAllText(Toml, $"""
            [mcp_sse]
            enable = true
            server_url = "{_server.Url}"
            auth_key = "e30.{claims}.sig"
            transport = "events"
            event.name = "incident.created"
            """);
    }
}
