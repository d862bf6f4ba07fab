// <docs:embed>
using Akka.Hosting;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
// </docs:embed>

namespace Examples;

/// <summary>The host of the README.</summary>
internal static class EmbedSnippets
{
    public static IHost Build(string[] args, string url, string key)
    {
        // <docs:embed>
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSingleton<ChatRoom>();
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("app", (akka, sp) => akka.WithMcpSse(mcp => mcp
            .AddStream(url, stream => stream with { Name = "chat", AuthKey = key })
            .AddHandler<ChatHandler>("chat.*")));

        var host = builder.Build();
        // </docs:embed>
        return host;
    }

    public static async Task RunAsync(IHost host)
    {
        // <docs:embed>
        await host.RunAsync();
        // </docs:embed>
    }
}
