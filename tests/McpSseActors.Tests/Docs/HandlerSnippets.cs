using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Examples;

/// <summary>The pieces of docs/handlers.md.</summary>
internal static class HandlerSnippets
{
    public interface IAlarm
    {
        Task RaiseAsync(string text, CancellationToken cancellation = default);
    }

    /// <summary>A host with every kind of handler of the page.</summary>
    public static IHost Build(string url)
    {
        var builder = Host.CreateApplicationBuilder();
        var database = new SqliteConnection("Data Source=:memory:");
        database.Open();
        builder.Services.AddSingleton<ChatRoom>().AddDbContext<ChatContext>(options => options.UseSqlite(database));
        builder.Services.AddAkka("app", (akka, _) => akka.WithMcpSse(mcp =>
        {
            mcp.AddStream(url, stream => stream with { Name = "chat" }).AddHandler<LoginCounter>("user.login").AddHandler<ByteCounter>().AddHandler<TracedHandler>();
            AtStart(mcp, new Siren(), new ConcurrentDictionary<string, int>());
            Kinds(mcp);
        }));
        var host = builder.Build();
        using var scope = host.Services.CreateScope();
        scope.ServiceProvider.GetRequiredService<ChatContext>().Database.EnsureCreated();
        return host;
    }

    public static void AtStart(McpSseBuilder mcp, IAlarm alarm, ConcurrentDictionary<string, int> counts)
    {
        // <docs:delegates>
        mcp.AddHandler("user.login", (McpEvent received) => Console.WriteLine($"Hello, {received.Data.GetProperty("user")}"));

        mcp.AddHandler("notification.*", async (McpEvent received) => await alarm.RaiseAsync(received.Text));

        mcp.AddHandler("notification.error", async (McpEvent received, CancellationToken cancellation) =>
            await alarm.RaiseAsync(received.Text, cancellation));
        // </docs:delegates>

        // <docs:scopes>
        mcp.AddHandler((McpEvent received) => { counts.AddOrUpdate(received.EventType, 1, (_, count) => count + 1); });
        mcp.AddHandler<ChatHandler>("chat.*", stream: "chat");
        // </docs:scopes>
    }

    public static void Kinds(McpSseBuilder mcp)
    {
        // <docs:scoped>
        mcp.AddScopedHandler<MessageStore>("chat.message");
        // </docs:scoped>

        // <docs:typed>
        mcp.MapPayload<ChatMessage>("chat.message");
        mcp.AddHandler<ChatLog>("chat.*");

        mcp.AddPayloadHandler<Login>("user.login", (McpEvent<Login> received) => Console.WriteLine($"Hello, {received.Payload.User}"));
        // </docs:typed>

        // <docs:handler-limits>
        mcp.AddHandler(HandlerRegistration.ForActor<ChatLog>("chat.*") with
        {
            Overflow = HandlerOverflow.DropOldest,
            OverflowCapacity = 500,
            MaxRestarts = 3,
            RestartWindow = TimeSpan.FromSeconds(10),
        });
        // </docs:handler-limits>

        // <docs:retries>
        mcp.AddHandler(HandlerRegistration.ForActor<ChatHandler>("chat.*") with
        {
            Retry = new RetryOptions { MaxAttempts = 3, AttemptTimeout = TimeSpan.FromSeconds(10), BreakAfter = 10 },
        });
        // </docs:retries>
    }

    public static void Notices(ActorSystem system, IActorRef listener)
    {
        // <docs:handler-notices>
        system.EventStream.Subscribe(listener, typeof(PayloadRejected));
        system.EventStream.Subscribe(listener, typeof(HandlerStopped));
        // </docs:handler-notices>
    }

    public static void Existing(AkkaConfigurationBuilder akka, string url)
    {
        // <docs:existing-actor>
        akka
            .WithActors((system, registry, resolver) =>
                registry.Register<ChatHandler>(system.ActorOf(resolver.Props<ChatHandler>(), "chat")))
            .WithMcpSse(mcp => mcp.AddStream(url))
            .AddStartup((system, registry) => registry.Get<McpSse>().Tell(
                new AddHandler(HandlerRegistration.ForActorRef("chat.*", registry.Get<ChatHandler>()))));
        // </docs:existing-actor>
    }

    public static async Task<bool> AskAsync(IRequiredActor<McpSse> required, TimeSpan timeout)
    {
        // <docs:ask-to-add>
        var streams = await required.GetAsync();
        var added = await streams.Ask<HandlerAdded>(
            new AddHandler(HandlerRegistration.ForActor<ChatHandler>("chat.*")), timeout);

        var list = await streams.Ask<HandlerList>(new GetHandlers(), timeout);
        var removed = await streams.Ask<HandlerRemoved>(new RemoveHandler(added.Name), timeout);
        // </docs:ask-to-add>
        return removed.Existed && list.Handlers.Any(handler => handler.Name == added.Name);
    }

    public static async Task<bool> ClientAsync(IMcpSseClient client)
    {
        // <docs:client-to-add>
        var name = await client.AddHandlerAsync("chat.*", (McpEvent received) => Console.WriteLine(received.Text));
        var existed = await client.RemoveHandlerAsync(name);
        // </docs:client-to-add>
        return existed;
    }

    private sealed class Siren : IAlarm
    {
        public Task RaiseAsync(string text, CancellationToken cancellation) => Task.CompletedTask;
    }
}

// <docs:scoped-handler>
public sealed class MessageStore(ChatContext database) : IEventHandler
{
    public async Task HandleAsync(McpEvent received, CancellationToken cancellation)
    {
        database.Messages.Add(new StoredMessage { Text = received.Text });
        await database.SaveChangesAsync(cancellation);
    }
}
// </docs:scoped-handler>

public sealed class StoredMessage
{
    public int Id { get; set; }

    public required string Text { get; set; }
}

public sealed class ChatContext(DbContextOptions<ChatContext> options) : DbContext(options)
{
    public DbSet<StoredMessage> Messages => Set<StoredMessage>();
}

// <docs:typed-actor>
public sealed record ChatMessage(string User, string Text);

public sealed record Login(string User);

public sealed class ChatLog : ReceiveActor
{
    public ChatLog(ChatRoom room)
    {
        Receive<McpEvent<ChatMessage>>(received => room.Say($"{received.Payload.User}: {received.Payload.Text}"));
        Receive<McpEvent>(received => room.Say($"({received.EventType}, {received.Utf8Data.Length} bytes)"));
    }
}
// </docs:typed-actor>

// <docs:batch-handler>
public sealed class ByteCounter : BatchHandler
{
    private long _bytes;

    protected override void Handle(EventBatchView events)
    {
        foreach (var received in events)
            _bytes += received.Utf8Data.Length;
    }
}
// </docs:batch-handler>

// <docs:actor-class>
public sealed class LoginCounter : ReceiveActor
{
    private readonly HashSet<string> _users = [];

    public LoginCounter(ChatRoom room) => Receive<McpEvent>(received =>
    {
        var user = received.Data.GetProperty("user").GetString() ?? "?";
        if (_users.Add(user))
            room.Say($"{user} is new");
    });
}
// </docs:actor-class>
