using System.Text.Json;
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using McpSseActors.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using static Examples.McpEventSnippets;

namespace Examples;

/// <summary>The pieces of docs/mcp-events.md about webhooks.</summary>
internal static class WebhookSnippets
{
    public static WebApplication Build(string[] args, string server, string key)
    {
        // <docs:webhook>
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("app", akka => akka.WithMcpSse(mcp => mcp
            .AddStream(server, stream => stream with
            {
                Name = "incidents",
                AuthKey = key,
                Transport = StreamTransport.Events,
                Event = new McpEventSubscription
                {
                    Name = "incident.created",
                    Mode = McpEventMode.Webhook,
                    WebhookUrl = "https://example.com/hooks/mcp",
                },
            })
            .AddPayloadHandler<Incident>("incident.created", (McpEvent<Incident> received) =>
                Console.WriteLine($"{received.OccurredAt}: {received.Payload.Title}"), JsonSerializerOptions.Web)));

        var app = builder.Build();
        app.MapMcpEventsWebhook("/hooks/mcp");
        // </docs:webhook>
        return app;
    }
}
