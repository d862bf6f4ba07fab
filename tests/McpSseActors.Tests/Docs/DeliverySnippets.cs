using Akka.Hosting;
using McpSseActors.Hosting;
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
}
