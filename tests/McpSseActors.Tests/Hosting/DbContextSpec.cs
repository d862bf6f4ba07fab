using Akka.Hosting;
using Examples;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpSseActors.Tests.Hosting;

/// <summary>A handler that uses Entity Framework, as the page of handlers shows it, in a host with and without the validation of scopes.</summary>
public sealed class DbContextSpec : IDisposable
{
    private readonly SqliteConnection _database = new($"Data Source={Guid.NewGuid():N};Mode=Memory;Cache=Shared");

    public DbContextSpec() => _database.Open();

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Should_have_a_new_context_for_each_event_when_the_handler_is_scoped(string environment)
    {
        await using var server = Server();
        using var host = await StartAsync(environment, mcp => mcp.AddStream(server.Url.ToString()).AddScopedHandler<MessageStore>("chat.message"));

        // A context that failed to save would fail again at the next event.
        await StoredAsync(host, ["first", "last"]);
        var stats = await host.Services.GetRequiredService<IMcpSseClient>().GetStatsAsync();
        stats.HandlerFailures.ShouldBe(1);
        stats.StoppedHandlers.ShouldBeEmpty();
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Should_have_a_new_context_after_a_restart_when_the_handler_is_an_actor(string environment)
    {
        await using var server = Server();
        using var host = await StartAsync(environment, mcp => mcp.AddStream(server.Url.ToString()).AddHandler<StoreActor>("chat.message"));

        await StoredAsync(host, ["first", "last"]);
        await host.StopAsync();
    }

    private async Task<IHost> StartAsync(string environment, Action<McpSseBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.Services.AddMcpSseClient();
        builder.Services.AddDbContext<ChatContext>(options => options.UseSqlite(_database.ConnectionString));
        builder.Services.AddAkka("ef", (akka, _) => akka.WithMcpSse(configure));
        var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var database = scope.ServiceProvider.GetRequiredService<ChatContext>().Database;
            await database.EnsureCreatedAsync();
            await database.ExecuteSqlRawAsync("CREATE UNIQUE INDEX once ON Messages (Text)");
        }

        await host.StartAsync();
        return host;
    }

    private static Task StoredAsync(IHost host, string[] texts) => Eventually.HoldsAsync(async () =>
    {
        await using var scope = host.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<ChatContext>().Messages.OrderBy(message => message.Id).Select(message => message.Text).ToListAsync()).ShouldBe(texts);
    });

    private static ScriptedServer Server() => new(Script.Sends(string.Concat(new[] { "first", "first", "last" }.Select(text => $"event: chat.message\ndata: {text}\n\n"))));

    private sealed class StoreActor : ReceiveActor
    {
        public StoreActor(ChatContext database) => ReceiveAsync<McpEvent>(async received =>
        {
            database.Messages.Add(new StoredMessage { Text = received.Text });
            await database.SaveChangesAsync();
        });
    }
}
