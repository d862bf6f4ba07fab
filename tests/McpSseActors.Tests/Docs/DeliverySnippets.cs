using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Examples;

/// <summary>The pieces of docs/delivery.md.</summary>
internal static class DeliverySnippets
{
    public static void InFile(HostApplicationBuilder builder)
    {
        // <docs:durable>
        builder.Services.AddAkka("app", akka => akka.WithMcpSse(mcp => mcp
            .FromToml("mcp-sse.toml")
            .AddHandler<ChatHandler>("chat.*")
            .WithDurableDelivery(delivery => delivery.InFile("mcp-sse.positions"))));
        // </docs:durable>
    }

    public static void InTransactions(HostApplicationBuilder builder)
    {
        // <docs:transactions>
        var database = SqliteFactory.Instance.CreateDataSource("Data Source=chat.db");
        builder.Services.AddDbContext<ChatContext>(options => options.UseSqlite(database.ConnectionString));
        builder.Services.AddAkka("app", akka => akka.WithMcpSse(mcp => mcp
            .FromToml("mcp-sse.toml")
            .AddScopedHandler<MessageLedger>("chat.*")
            .WithDurableDelivery(delivery => delivery.InTransactionsOf(database))));
        // </docs:transactions>
    }

    public static void Restore(HostApplicationBuilder builder, IReadOnlyDictionary<string, string> vault)
    {
        // <docs:restore>
        builder.Services.AddAkka("app", akka => akka.WithMcpSse(mcp => mcp
            .AddHandler<ChatHandler>("chat.*")
            .WithDurableDelivery(delivery => delivery
                .InFile("mcp-sse.positions")
                .OnRestore(options => options with { AuthKey = vault[options.Name] }))));
        // </docs:restore>
    }

    public static async Task PersistAsync(IMcpSseClient client, string url, string key)
    {
        // <docs:persist>
        await client.AddStreamAsync(new StreamOptions { Name = "news", Enabled = true, ServerUrl = url, AuthKey = key }, persist: true);
        await client.AddMcpResourcesAsync(["file:///project/README.md"], "docs", persist: true);
        // </docs:persist>
    }

    public static async Task LettersAsync(IMcpSseClient client)
    {
        // <docs:letters>
        var list = await client.GetDeadLettersAsync(new DeadLetterFilter { Stream = "chat", EventType = "chat.*" });
        foreach (var letter in list.Letters)
            Console.WriteLine($"{letter.Id} {letter.Event.EventType} {letter.Handler}: {letter.Fault}");

        var retried = await client.RetryDeadLettersAsync(new DeadLetterFilter { Handler = "ChatHandler" });
        Console.WriteLine($"{retried.Handled} handled, {retried.Failed} stay, {retried.UnderWay} under way");

        await client.DiscardDeadLettersAsync(new DeadLetterFilter { Until = DateTimeOffset.UtcNow.AddDays(-7) });
        // </docs:letters>
    }

    public static void Limits(McpSseBuilder mcp)
    {
        // <docs:letter-limits>
        mcp.WithDeadLetters(new DeadLetterLimits { MaxCount = 50_000, MaxAge = TimeSpan.FromDays(7), WarnAbove = 0 });
        // </docs:letter-limits>
    }
}

// <docs:transaction-handler>
public sealed class MessageLedger(ChatContext database) : IEventHandler
{
    public async Task HandleAsync(McpEvent received, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        database.Messages.Add(new StoredMessage { Text = received.Text });
        await database.SaveChangesAsync(cancellation);
        await received.Position.SaveInAsync(transaction.GetDbTransaction(), cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
// </docs:transaction-handler>
