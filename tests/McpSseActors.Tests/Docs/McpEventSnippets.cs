using System.Text.Json;
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Examples;

/// <summary>The pieces of docs/mcp-events.md.</summary>
internal static class McpEventSnippets
{
    // <docs:mcp-event-payload>
    public sealed record Incident(int Number, string Severity, string Service, string Title);
    // </docs:mcp-event-payload>

    public static IHost Build(string url)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        // <docs:mcp-event-subscribe>
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("app", akka => akka.WithMcpSse(mcp => mcp
            .AddStream(url, stream => stream with
            {
                Name = "incidents",
                Transport = StreamTransport.Events,
                Event = new McpEventSubscription { Name = "incident.created", Arguments = """{"severity":"P1"}""" },
            })
            .AddPayloadHandler<Incident>("incident.created", (McpEvent<Incident> received) =>
                Console.WriteLine($"{received.OccurredAt}: {received.Payload.Title}"), JsonSerializerOptions.Web)
            .AddHandler(McpGapEvent.Type, (McpEvent gap) => Console.WriteLine($"Events may be missing: {gap.Text}"))));
        // </docs:mcp-event-subscribe>
        return builder.Build();
    }

    public static async Task<string> SubscribeAtRunTimeAsync(IMcpSseClient client, string url)
    {
        // <docs:mcp-event-types>
        var types = await client.GetEventTypesAsync("incidents");
        foreach (var type in types.Types)
            Console.WriteLine($"{type.Name}: {string.Join(", ", type.Delivery)}");

        var name = await client.AddStreamAsync(new StreamOptions
        {
            Name = "deployments",
            Enabled = true,
            ServerUrl = url,
            Transport = StreamTransport.Events,
            Event = new McpEventSubscription { Name = "deploy.finished", Arguments = """{"environment":"production"}""" },
        });
        // </docs:mcp-event-types>
        return name;
    }
}
